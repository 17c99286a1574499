package io.neco.dctest.statesetter;

import static org.awaitility.Awaitility.await;

import io.neco.store.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Real serf agents, each at an address of its own in 127.0.0.0/8. */
final class SerfProcesses implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String OWN = "127.69.15.1";

    private final Path directory;
    private final int port = Ports.free();
    private final int rpcPort = Ports.free();
    private final Map<String, Process> agents = new HashMap<>();

    SerfProcesses(Path directory) {
        this.directory = directory;
    }

    /** Where the agent of this host answers. */
    String rpcAddress() {
        return "127.0.0.1:" + rpcPort;
    }

    /** Starts the agent of this host, and waits until it answers. */
    void startOwn() {
        start(OWN, "-rpc-addr=" + rpcAddress());
        await("the serf agent").atMost(PATIENCE).until(() -> members(""));
    }

    /** Stops the agent of this host. */
    void stopOwn() {
        stop(OWN);
    }

    /** Starts the agent of a machine, and waits until it is a member. */
    void join(String address, String... flags) {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("-rpc-addr=" + address + ":" + rpcPort);
        all.add("-retry-join=" + OWN + ":" + port);
        all.add("-retry-interval=1s");
        start(address, all.toArray(new String[0]));
        await(address + " is a member").atMost(PATIENCE).until(() -> members(address + ":" + port));
    }

    /** Ends an agent without a farewell. */
    void kill(String address) {
        end(Objects.requireNonNull(agents.remove(address)).destroyForcibly());
    }

    private void stop(String address) {
        Process agent = Objects.requireNonNull(agents.remove(address));
        agent.destroy();
        end(agent);
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void start(String address, String... flags) {
        List<String> command = new ArrayList<>(
                List.of("serf", "agent", "-node=node-" + address, "-bind=" + address + ":" + port, "-profile=local"));
        command.addAll(List.of(flags));
        agents.put(address, launch(command, "serf-" + address));
    }

    private Process launch(List<String> command, String log) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve(log).toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean members(String expected) throws InterruptedException, IOException {
        Process process = launch(List.of("serf", "members", "-rpc-addr=" + rpcAddress()), "members");
        end(process);
        return process.exitValue() == 0
                && Files.readString(directory.resolve("members")).contains(expected);
    }

    @Override
    public void close() {
        agents.values().forEach(Process::destroyForcibly);
        agents.values().forEach(SerfProcesses::end);
    }
}
