package io.neco.dctest.vault;

import static io.neco.dctest.vault.SealSteps.health;

import io.neco.dctest.vault.config.ServerConfig;
import io.neco.store.testing.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;

/** The servers of one test, in this JVM or in processes of their own; none of them outlives it. */
final class VaultServers implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(10);

    /** Makes the client of the server on a port of loopback. */
    interface Client {
        Api of(int port) throws IOException;
    }

    private final Path directory;
    private final IntFunction<String> configuration;
    private final Client client;
    private final List<VaultServer> servers = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();

    /**
     * @param directory for configurations and logs of processes
     * @param configuration of the server on a port of loopback
     */
    VaultServers(Path directory, IntFunction<String> configuration, Client client) {
        this.directory = directory;
        this.configuration = configuration;
        this.client = client;
    }

    /** The stand-in, in this JVM. */
    Api start() throws IOException {
        int port = Ports.free();
        servers.add(VaultServer.start(
                ServerConfig.parse(configuration.apply(port)),
                Clock.systemUTC(),
                new PrintStream(stdout, true, StandardCharsets.UTF_8),
                line -> {}));
        return client.of(port);
    }

    /** A program with Vault's command line; waits until it answers. */
    Api start(List<String> program) throws IOException {
        int port = Ports.free();
        Path file = Files.writeString(directory.resolve(port + ".hcl"), configuration.apply(port));
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("server", "-config=" + file));
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(port + ".log").toFile())
                .start());
        Api api = client.of(port);
        Awaitility.await("a server to answer").atMost(START).ignoreExceptions().until(() -> health(api) < 300);
        return api;
    }

    /** Ends the first one that was started in this JVM, in good order. */
    void endFirst() {
        servers.get(0).close();
    }

    /** The first one that was started as a program. */
    Process firstProcess() {
        return processes.get(0);
    }

    /** What those in this JVM have printed. */
    String printed() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws InterruptedException {
        servers.forEach(VaultServer::close);
        for (Process process : processes) {
            process.destroyForcibly();
            if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(process + " does not end");
            }
        }
    }
}
