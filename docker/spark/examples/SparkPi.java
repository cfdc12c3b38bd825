package org.apache.spark.examples;

import java.util.Collections;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Throws darts at a square and counts those within the circle. The argument: into how many tasks it is divided. */
public final class SparkPi {
  private static final int DARTS_OF_A_TASK = 100_000;

  private SparkPi() {}

  public static void main(String[] arguments) {
    int tasks = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
    SparkSession session = SparkSession.builder().appName("Spark Pi").getOrCreate();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    long inside = context
        .parallelize(Collections.nCopies(tasks, DARTS_OF_A_TASK), tasks)
        .map(SparkPi::throwDarts)
        .reduce(Long::sum);
    System.out.println("Pi is roughly " + 4.0 * inside / ((double) tasks * DARTS_OF_A_TASK));
    session.stop();
  }

  private static long throwDarts(int darts) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long inside = 0;
    for (int dart = 0; dart < darts; dart++) {
      double x = random.nextDouble(-1, 1);
      double y = random.nextDouble(-1, 1);
      if (x * x + y * y <= 1) {
        inside++;
      }
    }
    return inside;
  }
}
