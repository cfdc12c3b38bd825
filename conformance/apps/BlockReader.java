package conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.HashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.shuffle.BlockFetchingListener;
import org.apache.spark.network.shuffle.ExternalBlockStoreClient;
import org.apache.spark.network.shuffle.protocol.ExecutorShuffleInfo;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;

/**
 * Reads blocks from a shuffle service by the client that executors have.
 *
 * <p>usage: BlockReader PORT PID DIRECTORY MAPS REDUCES BLOCK_BYTES CONNECTIONS AT_ONCE WARM_UP_S MEASURED_S VERIFY
 *
 * <p>Registers an executor whose files lie in DIRECTORY, reads each block once and holds it against what it must be where
 * VERIFY is true, and then keeps a request of AT_ONCE random blocks under way for each connection. Prints one line:
 * RESULT blocks bytes nanoseconds cpu-milliseconds-of-PID p50-microseconds p99-microseconds resident-KiB peak-resident-KiB
 */
public final class BlockReader {
  private static final String APPLICATION = "app-bench";
  private static final int MOST_LATENCIES = 1 << 22;

  private final int port;
  private final int maps;
  private final int reduces;
  private final int blockBytes;
  private final int atOnce;
  private final ExternalBlockStoreClient client;
  private final AtomicLong blocks = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final long[] latencies = new long[MOST_LATENCIES];
  private final AtomicInteger requests = new AtomicInteger();
  private final ExecutorService askers = Executors.newFixedThreadPool(2);
  private volatile boolean measures;
  private volatile boolean ends;
  private volatile Throwable failure;

  private BlockReader(String[] arguments) throws Exception {
    port = Integer.parseInt(arguments[0]);
    maps = Integer.parseInt(arguments[3]);
    reduces = Integer.parseInt(arguments[4]);
    blockBytes = Integer.parseInt(arguments[5]);
    atOnce = Integer.parseInt(arguments[7]);
    Map<String, String> settings = new HashMap<>();
    settings.put("spark.shuffle.io.numConnectionsPerPeer", arguments[6]);
    settings.put("spark.shuffle.io.clientThreads", "2");
    settings.put("spark.shuffle.io.maxRetries", "0");
    TransportConf conf = new TransportConf("shuffle", new MapConfigProvider(settings));
    client = new ExternalBlockStoreClient(conf, null, false, 5000);
    client.init(APPLICATION);
    String manager = "org.apache.spark.shuffle.sort.SortShuffleManager";
    ExecutorShuffleInfo info = new ExecutorShuffleInfo(new String[] {arguments[2]}, 64, manager);
    client.registerWithShuffleServer("127.0.0.1", port, "0", info);
  }

  public static void main(String[] arguments) throws Exception {
    BlockReader reader = new BlockReader(arguments);
    Path process = Path.of("/proc", arguments[1]);
    if (Boolean.parseBoolean(arguments[10])) {
      reader.verifyAll();
    }
    int connections = Integer.parseInt(arguments[6]);
    CountDownLatch under = new CountDownLatch(connections);
    for (int number = 0; number < connections; number++) {
      reader.next(under);
    }
    Thread.sleep(Long.parseLong(arguments[8]) * 1000);
    long cpuBefore = cpuMillis(process);
    long began = System.nanoTime();
    long blocksBefore = reader.blocks.get();
    long bytesBefore = reader.bytes.get();
    reader.measures = true;
    Thread.sleep(Long.parseLong(arguments[9]) * 1000);
    reader.measures = false;
    long blocks = reader.blocks.get() - blocksBefore;
    long bytes = reader.bytes.get() - bytesBefore;
    long took = System.nanoTime() - began;
    long cpu = cpuMillis(process) - cpuBefore;
    reader.ends = true;
    under.await();
    if (reader.failure != null) {
      throw new IllegalStateException("a block was not given", reader.failure);
    }
    int count = Math.min(reader.requests.get(), MOST_LATENCIES);
    long[] sorted = Arrays.copyOf(reader.latencies, count);
    Arrays.sort(sorted);
    System.out.printf("RESULT %d %d %d %d %d %d %d %d%n", blocks, bytes, took, cpu, sorted[count / 2] / 1000,
        sorted[(int) (count * 0.99)] / 1000, memory(process, "VmRSS:"), memory(process, "VmHWM:"));
    reader.client.close();
    System.exit(0);
  }

  /** Keeps one request under way until the end. */
  private void next(CountDownLatch under) {
    if (ends || failure != null) {
      under.countDown();
      return;
    }
    String[] names = new String[atOnce];
    ThreadLocalRandom random = ThreadLocalRandom.current();
    // A request is for one map task or a few, as those of a reducer are; a block is asked for once in it.
    int map = random.nextInt(maps);
    int first = random.nextInt(reduces);
    for (int at = 0; at < atOnce; at++) {
      names[at] = "shuffle_0_" + (map + at / reduces) % maps + "_" + (first + at * 7) % reduces;
    }
    long began = System.nanoTime();
    fetch(names, new AtomicInteger(atOnce), () -> {
      if (measures) {
        int number = requests.getAndIncrement();
        if (number < MOST_LATENCIES) {
          latencies[number] = System.nanoTime() - began;
        }
      }
      // Not on the client's own thread: a connection may have to be made first.
      askers.execute(() -> next(under));
    }, false);
  }

  private void verifyAll() throws Exception {
    for (int map = 0; map < maps; map++) {
      String[] names = new String[reduces];
      for (int reduce = 0; reduce < reduces; reduce++) {
        names[reduce] = "shuffle_0_" + map + "_" + reduce;
      }
      CountDownLatch read = new CountDownLatch(1);
      fetch(names, new AtomicInteger(reduces), read::countDown, true);
      read.await();
    }
  }

  private void fetch(String[] names, AtomicInteger left, Runnable then, boolean verifies) {
    client.fetchBlocks("127.0.0.1", port, "0", names, new BlockFetchingListener() {
      @Override
      public void onBlockFetchSuccess(String name, ManagedBuffer data) {
        if (data.size() != blockBytes) {
          failure = new IllegalStateException(name + " has " + data.size() + " bytes");
        }
        blocks.incrementAndGet();
        bytes.addAndGet(data.size());
        if (verifies) {
          verify(name, data);
        }
        done();
      }

      @Override
      public void onBlockFetchFailure(String name, Throwable why) {
        failure = why;
        done();
      }

      private void done() {
        if (left.decrementAndGet() == 0) {
          then.run();
        }
      }
    }, null);
  }

  /** Each byte of a block is its map task, its reducer and its place, mixed. */
  private void verify(String name, ManagedBuffer data) {
    String[] parts = name.split("_");
    int start = Integer.parseInt(parts[2]) * 31 + Integer.parseInt(parts[3]) * 7;
    try (InputStream in = data.createInputStream()) {
      byte[] found = in.readAllBytes();
      for (int at = 0; at < found.length; at++) {
        if (found[at] != (byte) (start + at)) {
          failure = new IllegalStateException(name + " is damaged at byte " + at);
          return;
        }
      }
    } catch (IOException error) {
      failure = error;
    }
  }

  private static long cpuMillis(Path process) throws IOException {
    String stat = Files.readString(process.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10;
  }

  private static long memory(Path process, String name) throws IOException {
    return Files.readAllLines(process.resolve("status")).stream().filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", ""))).findFirst().orElse(0);
  }
}
