package conformance;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * The job of two_shuffles.py, for drivers that run on the cluster.
 *
 * <p>usage: TwoShuffles COUNT RESULT [GATE]
 *
 * <p>Sums 1..COUNT by remainder of 97, then gathers the sums by the remainder's last digit. Writes one line to the file
 * RESULT: digit:number-of-remainders:sum ... With GATE, each task of the first stage leaves a file
 * started-PARTITION-ATTEMPT in that folder and waits until there is a file named open.
 */
public final class TwoShuffles {
  private static final int PARTITIONS = 4;

  private TwoShuffles() {}

  public static void main(String[] arguments) throws Exception {
    long count = Long.parseLong(arguments[0]);
    String gate = arguments.length > 2 ? arguments[2] : null;
    try (JavaSparkContext context = new JavaSparkContext(new SparkConf())) {
      List<Long> numbers = LongStream.rangeClosed(1, count).boxed().collect(Collectors.toList());
      JavaRDD<Long> held = context.parallelize(numbers, PARTITIONS).mapPartitions(part -> hold(gate, part));
      Map<Long, Iterable<Long>> byDigit = held
          .mapToPair(number -> new Tuple2<>(number % 97, number))
          .reduceByKey(Long::sum, PARTITIONS)
          .mapToPair(sum -> new Tuple2<>(sum._1() % 10, sum._2()))
          .groupByKey(PARTITIONS)
          .collectAsMap();
      publish(Path.of(arguments[1]), byDigit.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .map(entry -> entry.getKey() + ":" + total(entry.getValue()))
          .collect(Collectors.joining(" ")));
    }
  }

  private static Iterator<Long> hold(String gate, Iterator<Long> part) throws Exception {
    if (gate != null) {
      TaskContext task = TaskContext.get();
      touch(Path.of(gate, "started-" + task.partitionId() + "-" + task.attemptNumber()));
      while (!Files.exists(Path.of(gate, "open"))) {
        Thread.sleep(50);
      }
    }
    return part;
  }

  private static void touch(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException attemptOfAnEarlierDriver) {
      // It says already what it is to say.
    }
  }

  private static String total(Iterable<Long> sums) {
    long remainders = 0;
    long total = 0;
    for (long sum : sums) {
      remainders += 1;
      total += sum;
    }
    return remainders + ":" + total;
  }

  /** Whoever waits for the file sees it whole. */
  private static void publish(Path result, String line) throws IOException {
    Path draft = Files.writeString(Path.of(result + ".draft"), line + "\n");
    Files.move(draft, result, StandardCopyOption.ATOMIC_MOVE);
  }
}
