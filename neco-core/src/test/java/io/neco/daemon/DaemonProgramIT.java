package io.neco.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.log.DaemonFlags;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon as a process of its own. */
class DaemonProgramIT {
    @TempDir
    Path directory;

    /** A daemon that fails while another thread would keep its process alive. */
    static final class Failing {
        private Failing() {}

        public static void main(String[] args) {
            CountDownLatch never = new CountDownLatch(1);
            new DaemonProgram("failing", new DaemonFlags("failing")).run(args, out -> {
                new Thread(() -> {
                            try {
                                never.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        })
                        .start();
                throw new NoClassDefFoundError("io/neco/Gone");
            });
        }
    }

    @Test
    void endsWithItsReasonInTheLogWhenAnErrorIsThrown() throws Exception {
        Path log = directory.resolve("log");
        Process daemon = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Failing.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(daemon.waitFor(40, TimeUnit.SECONDS))
                    .as("the program ends")
                    .isTrue();

            assertThat(daemon.exitValue()).isEqualTo(1);
            assertThat(Files.readString(log))
                    .contains("failing ends because of a mistake in this program", "io/neco/Gone");
        } finally {
            daemon.destroyForcibly();
        }
    }
}
