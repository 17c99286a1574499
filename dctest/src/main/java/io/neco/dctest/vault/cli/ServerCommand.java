package io.neco.dctest.vault.cli;

import io.neco.dctest.vault.VaultServer;
import io.neco.dctest.vault.Version;
import io.neco.dctest.vault.config.ServerConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** {@code vault server}: runs until the process is told to end. */
final class ServerCommand {
    private static final Set<String> SWITCHES = Set.of("dev", "dev-no-store-token");
    private static final Set<String> VALUED =
            Set.of("config", "dev-listen-address", "dev-root-token-id", "log-level", "log-format");

    private ServerCommand() {}

    static int run(List<String> words, Surroundings surroundings) throws UsageException, IOException {
        Flags flags = Flags.parse(words, SWITCHES, VALUED);
        ServerConfig config = config(flags);
        PrintStream err = surroundings.stderr();
        Clock clock = Clock.systemUTC();
        CountDownLatch end = new CountDownLatch(1);
        Consumer<String> log = line -> {
            synchronized (err) {
                err.println(clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + line);
            }
        };
        VaultServer server = VaultServer.start(config, clock, surroundings.stdout(), log);
        HangUp.whenTold(() -> reload(server, log));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, end), "shutdown"));
        if (config.development().isPresent()) {
            if (!flags.isSet("dev-no-store-token")) {
                keepToken(surroundings, config.development().get().rootToken());
            }
            surroundings.stdout().println("WARNING! dev mode is enabled: everything is in memory and unsealed.");
        }
        surroundings
                .stdout()
                .println("==> Vault server started! This is the stand-in " + Version.VAULT
                        + ", not Vault itself; listening on " + config.address());
        surroundings.stdout().flush();
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    /** For the convenience of later commands only, so the server runs without it too. */
    private static void keepToken(Surroundings surroundings, String token) {
        try {
            TokenFile.write(surroundings.tokenFile(), token);
        } catch (IOException e) {
            surroundings.stderr().println("Cannot keep the root token in " + surroundings.tokenFile() + ": " + e);
        }
    }

    private static void reload(VaultServer server, Consumer<String> log) {
        try {
            server.reload();
            log.accept("reloaded the certificate of the listener");
        } catch (IOException e) {
            log.accept("cannot reload the certificate of the listener: " + e.getMessage());
        }
    }

    /** An ordered end is a success, as with the original; the runtime alone would report the signal. */
    private static void stop(VaultServer server, CountDownLatch end) {
        server.close();
        end.countDown();
        synchronized (ServerCommand.class) {
            Runtime.getRuntime().halt(0);
        }
    }

    private static ServerConfig config(Flags flags) throws UsageException, IOException {
        if (!flags.arguments().isEmpty()) {
            throw new UsageException("server takes no arguments");
        }
        if (flags.isSet("dev")) {
            String address = flags.value("dev-listen-address").orElse("127.0.0.1:8200");
            return ServerConfig.development(
                    ServerConfig.address(address),
                    flags.value("dev-root-token-id").orElse("root"));
        }
        if (flags.values("config").size() != 1) {
            throw new UsageException("exactly one of -dev and -config=FILE is needed");
        }
        Path file = Path.of(flags.values("config").get(0));
        try {
            return ServerConfig.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot use the configuration " + file + ": " + e.getMessage(), e);
        }
    }
}
