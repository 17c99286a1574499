package io.neco.dctest.sabakan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;

/** The program {@code sabakan}. */
public final class Main {
    private static final String OPTION = "config-file=";

    private Main() {}

    /**
     * Runs until the process is told to end.
     *
     * @param args {@code --config-file=FILE}
     */
    public static void main(String[] args) {
        if (args.length != 1 || !args[0].replaceFirst("^--?", "").startsWith(OPTION)) {
            System.err.println(
                    "usage: sabakan --config-file=FILE (this is a stand-in for sabakan, see docs/sabakan-stand-in.md)");
            System.exit(2);
        }
        Path file = Path.of(args[0].substring(args[0].indexOf('=') + 1));
        Clock clock = Clock.systemUTC();
        CountDownLatch end = new CountDownLatch(1);
        try {
            SabakanConfig config = SabakanConfig.parse(Files.readString(file));
            SabakanServer server = SabakanServer.start(
                    config,
                    clock,
                    line -> System.err.println(clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + line));
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                server.close();
                                // an ordered end is a success; the runtime alone would report the signal
                                Runtime.getRuntime().halt(0);
                            },
                            "shutdown"));
            System.err.println("sabakan " + SabakanServer.VERSION + ": this is a stand-in; listening on "
                    + config.listen() + ", keys below " + config.prefix());
            end.await();
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("sabakan: cannot start with " + file + ": " + e.getMessage());
            System.exit(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
