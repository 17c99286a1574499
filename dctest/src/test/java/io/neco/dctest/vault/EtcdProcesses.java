package io.neco.dctest.vault;

import io.neco.store.testing.Ports;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** A real etcd cluster on this machine; the program {@code etcd} must be on PATH (Debian: etcd-server, etcd-client). */
public final class EtcdProcesses implements Closeable {
    private final Path directory;
    private final Optional<Certificates> tls;
    private final List<Integer> clientPorts = new ArrayList<>();
    private final List<Integer> peerPorts = new ArrayList<>();
    private final List<Process> members = new ArrayList<>();

    /** Starts a cluster and waits until it is healthy. */
    public EtcdProcesses(int size, Optional<Certificates> tls) throws IOException {
        this.directory = Files.createTempDirectory("etcd");
        this.tls = tls;
        for (int i = 0; i < size; i++) {
            clientPorts.add(Ports.free());
            peerPorts.add(Ports.free());
        }
        for (int i = 0; i < size; i++) {
            members.add(launch(i));
        }
        awaitHealthy();
    }

    private Process launch(int i) throws IOException {
        String scheme = tls.isPresent() ? "https" : "http";
        String client = scheme + "://127.0.0.1:" + clientPorts.get(i);
        String peer = "http://127.0.0.1:" + peerPorts.get(i);
        String cluster = String.join(
                ",",
                IntStream.range(0, peerPorts.size())
                        .mapToObj(k -> "m" + k + "=http://127.0.0.1:" + peerPorts.get(k))
                        .toList());
        List<String> command = new ArrayList<>(List.of(
                "etcd",
                "--name=m" + i,
                "--data-dir=" + directory.resolve("m" + i),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=" + cluster,
                "--unsafe-no-fsync"));
        tls.ifPresent(certificates -> command.addAll(List.of(
                "--cert-file=" + certificates.file("server.crt"),
                "--key-file=" + certificates.file("server.key"),
                "--client-cert-auth",
                "--trusted-ca-file=" + certificates.file("ca.crt"))));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("m" + i + ".log").toFile()));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException(
                    "cannot run etcd: these tests need it on PATH (Debian: apt-get install etcd-server etcd-client)",
                    e);
        }
    }

    private void awaitHealthy() {
        Awaitility.await("etcd members in " + directory + " to be healthy")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> etcdctl("root", "endpoint", "health").startsWith("0 "));
    }

    /** Runs etcdctl with the certificate of a user; gives exit code and output. */
    public String etcdctl(String user, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("etcdctl", "--endpoints=" + String.join(",", endpoints())));
        tls.ifPresent(certificates -> command.addAll(List.of(
                "--cacert=" + certificates.file("ca.crt"),
                "--cert=" + certificates.file(user + ".crt"),
                "--key=" + certificates.file(user + ".key"))));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ETCDCTL_API", "3");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return process.waitFor() + " " + output;
    }

    /** Where clients reach the members. */
    public List<String> endpoints() {
        String scheme = tls.isPresent() ? "https" : "http";
        return clientPorts.stream().map(port -> scheme + "://127.0.0.1:" + port).toList();
    }

    /** Ends a member without warning. */
    public void kill(int member) throws InterruptedException {
        members.get(member).destroyForcibly().waitFor();
    }

    /** Starts a member again and waits until all are healthy. */
    public void restart(int member) throws IOException {
        members.set(member, launch(member));
        awaitHealthy();
    }

    /** Starts all members again and waits until they are healthy. */
    public void restartAll() throws IOException {
        for (int member = 0; member < members.size(); member++) {
            members.set(member, launch(member));
        }
        awaitHealthy();
    }

    @Override
    public void close() throws IOException {
        members.forEach(Process::destroyForcibly);
        for (Process member : members) {
            member.onExit().join();
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
