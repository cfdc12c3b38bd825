package conformance;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A job whose only task takes so many MiB beside the heap of its executor, and fills them: Hog MIB
 *
 * <p>Prints RESULT MIB when it got them.
 */
public final class Hog {
  private static final int MIB = 1 << 20;

  private Hog() {}

  public static void main(String[] arguments) {
    int wanted = Integer.parseInt(arguments[0]);
    try (JavaSparkContext sc = new JavaSparkContext(new SparkConf())) {
      int got = sc.parallelize(List.of(wanted), 1).map(Hog::take).first();
      System.out.println("RESULT " + got);
    }
  }

  private static int take(int mib) {
    List<ByteBuffer> held = new ArrayList<>();
    for (int taken = 0; taken < mib; taken++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(MIB);
      for (int at = 0; at < MIB; at += 512) {
        buffer.put(at, (byte) 1);
      }
      held.add(buffer);
    }
    return held.size();
  }
}
