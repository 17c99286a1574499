package io.neco.store.testing;

import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real etcd cluster on loopback ports: one or three processes of the {@code etcd} program, to be killed, paused and restarted.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final EtcdCluster ETCD = EtcdCluster.three().withTls();
 * }</pre>
 *
 * <p>Every {@link #config()} has its own name space, so that tests sharing a cluster do not meet. With TLS, etcd demands client
 * certificates, and {@link #enableAuth()} makes it take the user from their CN, as in production.
 */
public final class EtcdCluster implements BeforeAllCallback, AfterAllCallback, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String EXPIRED = "expired";

    private int size;
    private String namePrefix = "m";
    private boolean tls;
    private String serverCertificate = "valid";
    private final List<String> extraFlags = new ArrayList<>();
    private final List<Integer> clientPorts = new ArrayList<>();
    private final List<Integer> peerPorts = new ArrayList<>();
    private final List<@Nullable Process> processes = new ArrayList<>();
    private final AtomicInteger nameSpaces = new AtomicInteger();
    private @Nullable Path directory;
    private @Nullable EtcdPki pki;

    private EtcdCluster(int size) {
        this.size = size;
    }

    /** A cluster of one member. */
    public static EtcdCluster single() {
        return new EtcdCluster(1);
    }

    /** A cluster of three members. */
    public static EtcdCluster three() {
        return new EtcdCluster(3);
    }

    /** TLS for clients, with client certificates required. */
    public EtcdCluster withTls() {
        tls = true;
        return this;
    }

    /** TLS with a server certificate that has expired; the cluster cannot be used, only refused. */
    public EtcdCluster withExpiredServerCertificate() {
        tls = true;
        serverCertificate = EXPIRED;
        return this;
    }

    /** Names members {@code PREFIX0}, {@code PREFIX1}, … instead of {@code m0}, {@code m1}, …. */
    public EtcdCluster named(String prefix) {
        namePrefix = prefix;
        return this;
    }

    /** Chooses the ports of one more member, which has to be added before it is {@link #startNewcomer started}. Returns its peer URL. */
    public String reserveNewcomer() {
        List<Integer> ports = Ports.free(2);
        clientPorts.add(ports.get(0));
        peerPorts.add(ports.get(1));
        processes.add(null);
        size++;
        return peer(size - 1);
    }

    /** Starts the member that was reserved last, in a cluster with these others; does not wait for it. */
    public void startNewcomer(Integer... others) {
        List<Integer> cluster = new ArrayList<>(List.of(others));
        cluster.add(size - 1);
        launch(size - 1, "existing", cluster);
    }

    /** More flags for every member. */
    public EtcdCluster withFlags(String... flags) {
        extraFlags.addAll(Arrays.asList(flags));
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    /** Starts all members and waits until they are one healthy cluster. */
    public EtcdCluster start() {
        try {
            directory = Files.createTempDirectory("neco-etcd-");
            if (tls) {
                pki = new EtcdPki(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int port : Ports.free(size * 2)) {
            (clientPorts.size() < size ? clientPorts : peerPorts).add(port);
        }
        for (int i = 0; i < size; i++) {
            processes.add(null);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "neco-etcd-cluster-cleanup"));
        for (int i = 0; i < size; i++) {
            launch(i);
        }
        if (!serverCertificate.equals(EXPIRED)) {
            awaitHealthy();
        }
        return this;
    }

    /** How many members there are. */
    public int size() {
        return size;
    }

    /** Whether clients speak TLS. */
    public boolean isTls() {
        return tls;
    }

    /** The certificates of a cluster with TLS. */
    public EtcdPki pki() {
        if (pki == null) {
            throw new IllegalStateException("the cluster has no TLS");
        }
        return pki;
    }

    /** All client URLs. */
    public List<String> endpoints() {
        return IntStream.range(0, size).mapToObj(this::endpoint).toList();
    }

    /** The client URL of one member. */
    public String endpoint(int member) {
        return (tls ? "https" : "http") + "://127.0.0.1:" + clientPorts.get(member);
    }

    /** How to reach the cluster as user {@code neco}, with a name space nobody else uses. */
    public EtcdConfig config() {
        return config("neco", endpoints());
    }

    /** As {@link #config()}, as another user (the CN of the certificate) or on some endpoints only. */
    public EtcdConfig config(String commonName, List<String> someEndpoints) {
        return config(commonName, someEndpoints, "/neco" + nameSpaces.incrementAndGet() + "/");
    }

    /** As {@link #config()}, with everything chosen. */
    public EtcdConfig config(String commonName, List<String> someEndpoints, String prefix) {
        Optional<EtcdConfig.Pem> ca = Optional.empty();
        Optional<EtcdConfig.Pem> certificate = Optional.empty();
        Optional<EtcdConfig.Pem> key = Optional.empty();
        if (tls) {
            Path client = pki().client(commonName);
            ca = file(pki().serverCaFile());
            certificate = file(client);
            key = file(EtcdPki.key(client));
        }
        return new EtcdConfig(someEndpoints, prefix, Duration.ofSeconds(2), "", "", ca, certificate, key);
    }

    private static Optional<EtcdConfig.Pem> file(Path path) {
        return Optional.of(new EtcdConfig.Pem.InFile(path.toString()));
    }

    /** Makes the users production has ({@code root}, {@code neco} as root, {@code vault} on {@code /vault/}) and turns auth on. */
    public EtcdCluster enableAuth() {
        try (EtcdStore store = EtcdStore.open(config("root", endpoints()))) {
            store.ensureUser("root", Optional.empty());
            store.ensureUser("neco", Optional.empty());
            store.ensureUser("vault", Optional.of("/vault/"));
            store.enableAuth();
        }
        return this;
    }

    /** SIGKILL. */
    public void kill(int member) {
        awaitEnd(process(member).destroyForcibly());
    }

    /** SIGTERM, and waits for the end. */
    public void stop(int member) {
        process(member).destroy();
        awaitEnd(process(member));
    }

    /** SIGSTOP: its connections stay open, but it says nothing any more. */
    public void pause(int member) {
        signal(member, "STOP");
    }

    /** SIGCONT. */
    public void resume(int member) {
        signal(member, "CONT");
    }

    /** Starts a member again after {@link #kill} or {@link #stop}; does not wait for it. */
    public void restart(int member) {
        if (process(member).isAlive()) {
            throw new IllegalStateException("member " + member + " still runs");
        }
        launch(member);
    }

    /** Resumes what is paused, starts what is down, and waits until the cluster is healthy. */
    public void heal() {
        for (int i = 0; i < size; i++) {
            if (process(i).isAlive()) {
                resume(i);
            } else {
                restart(i);
            }
        }
        awaitHealthy();
    }

    /** Ends all members at once and starts them again. */
    public void restartAll() {
        IntStream.range(0, size).forEach(this::kill);
        IntStream.range(0, size).forEach(this::restart);
    }

    /** The member that leads. */
    public int leader() {
        try (EtcdStore store = EtcdStore.open(config("root", endpoints()))) {
            for (int i = 0; i < size; i++) {
                try {
                    var health = store.health(endpoint(i));
                    if (health.leaderId() == health.memberId()) {
                        return i;
                    }
                } catch (StoreException e) {
                    // a member that is down does not lead
                }
            }
        }
        throw new IllegalStateException("no member leads");
    }

    /** Waits until every member answers, follows a leader, and the cluster takes reads. */
    public void awaitHealthy() {
        Awaitility.await("all members of etcd are healthy")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .pollInSameThread()
                .ignoreExceptionsInstanceOf(StoreException.class)
                .until(() -> {
                    try (EtcdStore store = EtcdStore.open(config("root", endpoints()))) {
                        return endpoints().stream()
                                .allMatch(endpoint -> store.health(endpoint).leaderId() != 0);
                    }
                });
    }

    /** Stores anything, however wrong, under a key without its name space; for clusters without TLS. */
    public void put(EtcdConfig config, String key, String value) {
        etcdctl("put", "--", config.prefix() + key, value);
    }

    /** Deletes a key that is given without its name space; for clusters without TLS. */
    public void delete(EtcdConfig config, String key) {
        etcdctl("del", config.prefix() + key);
    }

    private void etcdctl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("etcdctl", "--endpoints=" + String.join(",", endpoints())));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ETCDCTL_API", "3");
        try {
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            awaitEnd(process);
            if (process.exitValue() != 0) {
                throw new IllegalStateException(command + " failed: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        destroy();
        Path dir = directory;
        if (dir != null && Files.exists(dir)) {
            try (Stream<Path> files = Files.walk(dir)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void destroy() {
        for (Process process : processes) {
            if (process != null) {
                awaitEnd(process.destroyForcibly());
            }
        }
    }

    private Process process(int member) {
        Process process = processes.get(member);
        if (process == null) {
            throw new IllegalStateException("member " + member + " was never started");
        }
        return process;
    }

    private void launch(int member) {
        launch(member, "new", IntStream.range(0, size).boxed().toList());
    }

    private void launch(int member, String clusterState, List<Integer> cluster) {
        Path dir = directory;
        if (dir == null) {
            throw new IllegalStateException("the cluster is not started");
        }
        List<String> command = new ArrayList<>(List.of(
                "etcd",
                "--name=" + namePrefix + member,
                "--data-dir=" + dir.resolve("m" + member),
                "--listen-client-urls=" + endpoint(member),
                "--advertise-client-urls=" + endpoint(member),
                "--listen-peer-urls=" + peer(member),
                "--initial-advertise-peer-urls=" + peer(member),
                "--initial-cluster-state=" + clusterState,
                "--initial-cluster-token=" + dir.getFileName(),
                "--initial-cluster="
                        + cluster.stream()
                                .map(i -> namePrefix + i + "=" + peer(i))
                                .collect(Collectors.joining(","))));
        if (tls) {
            Path certificate = serverCertificate.equals(EXPIRED) ? pki().expiredServer() : pki().server();
            command.add("--cert-file=" + certificate);
            command.add("--key-file=" + EtcdPki.key(certificate));
            command.add("--client-cert-auth");
            command.add("--trusted-ca-file=" + pki().clientCaFile());
        }
        command.addAll(extraFlags);
        try {
            processes.set(
                    member,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                    dir.resolve("m" + member + ".log").toFile()))
                            .start());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "etcd is not on PATH; install it without starting it as a service:"
                            + " apt-get install etcd-server etcd-client",
                    e);
        }
    }

    private String peer(int member) {
        return "http://127.0.0.1:" + peerPorts.get(member);
    }

    private void signal(int member, String name) {
        try {
            Process kill = new ProcessBuilder(
                            "kill", "-" + name, Long.toString(process(member).pid()))
                    .inheritIO()
                    .start();
            awaitEnd(kill);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitEnd(Process process) {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a process ends", e);
        }
    }
}
