package conformance;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A driver that needs several attempts, for what supervises it. It needs no cluster, so it is quick.
 *
 * <p>usage: Attempts FOLDER FAILURES
 *
 * <p>Each attempt leaves a file attempt-N in FOLDER, N = 1, 2, ... The first FAILURES of them end with exit status 3 at
 * once; the next ones wait until there is a file named open.
 */
public final class Attempts {
  private Attempts() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int attempt = 1;
    while (Files.exists(folder.resolve("attempt-" + attempt))) {
      attempt += 1;
    }
    Files.createFile(folder.resolve("attempt-" + attempt));
    if (attempt <= Integer.parseInt(arguments[1])) {
      System.exit(3);
    }
    while (!Files.exists(folder.resolve("open"))) {
      Thread.sleep(50);
    }
  }
}
