package io.neco.worker.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.store.ElectionName;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.NecoStore;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each step on a scratch host, with a real etcd. */
class StepsIT {
    private static final OffsetDateTime BEGIN = OffsetDateTime.of(2022, 5, 25, 0, 0, 0, 0, ZoneOffset.UTC);

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    Path dir;

    private FakeHost fake;
    private NecoStore store;
    private Cancellation cancellation;
    private StepContext context;

    @BeforeEach
    void connect() {
        fake = new FakeHost(dir, 1);
        store = FakeHost.asMember(EtcdStore.open(ETCD.config()), 1);
        cancellation = new Cancellation();
        context = context(Optional.empty());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void pullsTheImagesOfBootServersThatAreMissing() throws Exception {
        fake.images.add("etcd");

        new FetchImages().run(context);

        assertThat(fake.images).contains("etcd", "promtail", "setup-hw", "sabakan", "serf", "vault");
        assertThat(context.changes()).hasSize(5).noneMatch(c -> c.contains("etcd"));
    }

    @Test
    void endsAtOnceWithWhatTheRuntimeSaysOfAnImageThatItCannotPull() {
        fake.missing.add("serf");

        assertThatThrownBy(() -> new FetchImages().run(context))
                .isInstanceOf(StepFailedException.class)
                .hasMessage(FakeHost.MISSING);
    }

    @Test
    void restartsTheEngineOnlyWhenItsProxyDiffers() throws Exception {
        fake.proxy = Optional.of("http://10.0.49.3:3128");
        DockerProxy.apply(fake.host(), store, Optional.of("http://10.0.49.3:3128"), lock -> {}, cancellation);
        assertThat(fake.commands).isEmpty();
        DockerProxy.apply(fake.host(), store, Optional.empty(), lock -> {}, cancellation);
        assertThat(fake.commands).isEmpty();

        DockerProxy.apply(fake.host(), store, Optional.of("http://10.0.49.4:3128"), lock -> {}, cancellation);

        assertThat(fake.commands)
                .containsExactly("systemctl enable docker.service", "systemctl restart docker.service");
        assertThat(fake.files.read(DockerProxy.DROP_IN)).isEqualTo("""
                        [Service]
                        Environment="HTTP_PROXY=http://10.0.49.4:3128"
                        Environment="HTTPS_PROXY=http://10.0.49.4:3128"
                        """);
    }

    @Test
    void restartsTheEngineOnceForAProxyWhosePasswordItHides() throws Exception {
        fake.proxy = Optional.of("http://xxxxx:xxxxx@10.0.49.3:3128");
        for (int i = 0; i < 2; i++) {
            DockerProxy.apply(
                    fake.host(), store, Optional.of("http://neco:secret@10.0.49.3:3128"), lock -> {}, cancellation);
        }
        assertThat(restartsOfTheEngine()).isEqualTo(1);

        for (int i = 0; i < 2; i++) {
            DockerProxy.apply(
                    fake.host(), store, Optional.of("http://neco:changed@10.0.49.3:3128"), lock -> {}, cancellation);
        }
        assertThat(restartsOfTheEngine()).isEqualTo(2);
        assertThat(fake.files.read(DockerProxy.DROP_IN)).contains("\"HTTP_PROXY=http://neco:changed@10.0.49.3:3128\"");
    }

    @Test
    void aPasswordIsWrittenAsSystemdReadsItAndNotForEverybody() throws Exception {
        DockerProxy.apply(
                fake.host(), store, Optional.of("http://neco:at%40home@10.0.49.3:3128"), lock -> {}, cancellation);

        assertThat(fake.files.read(DockerProxy.DROP_IN))
                .contains("\"HTTPS_PROXY=http://neco:at%%40home@10.0.49.3:3128\"");
        assertThat(Files.getPosixFilePermissions(fake.files.path(DockerProxy.DROP_IN)))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

        // as an earlier version left it
        fake.proxy = Optional.of("http://xxxxx:xxxxx@10.0.49.3:3128");
        Files.setPosixFilePermissions(
                fake.files.path(DockerProxy.DROP_IN), PosixFilePermissions.fromString("rw-r--r--"));
        DockerProxy.apply(
                fake.host(), store, Optional.of("http://neco:at%40home@10.0.49.3:3128"), lock -> {}, cancellation);
        assertThat(restartsOfTheEngine()).isEqualTo(1);
        assertThat(Files.getPosixFilePermissions(fake.files.path(DockerProxy.DROP_IN)))
                .hasSize(2);
    }

    @Test
    void restartsTheEngineForAPasswordThatIsGivenOrTakenAway() throws Exception {
        fake.proxy = Optional.of("http://10.0.49.3:3128");
        DockerProxy.apply(
                fake.host(), store, Optional.of("http://neco:secret@10.0.49.3:3128"), lock -> {}, cancellation);
        assertThat(restartsOfTheEngine()).isEqualTo(1);

        fake.proxy = Optional.of("http://xxxxx:xxxxx@10.0.49.3:3128");
        DockerProxy.apply(fake.host(), store, Optional.of("http://10.0.49.3:3128"), lock -> {}, cancellation);
        assertThat(restartsOfTheEngine()).isEqualTo(2);
    }

    @Test
    void restartsTheEngineWhenThatFailedBeforeAlthoughTheDropInIsRight() throws Exception {
        fake.proxy = Optional.of("http://xxxxx:xxxxx@10.0.49.3:3128");
        Optional<String> wanted = Optional.of("http://neco:secret@10.0.49.3:3128");
        fake.failures.put("systemctl restart docker.service", "Connection timed out");
        assertThatThrownBy(() -> DockerProxy.apply(fake.host(), store, wanted, lock -> {}, cancellation))
                .hasMessageContaining("Connection timed out");
        fake.failures.clear();
        fake.commands.clear();

        DockerProxy.apply(fake.host(), store, wanted, lock -> {}, cancellation);

        assertThat(restartsOfTheEngine()).isEqualTo(1);
    }

    private long restartsOfTheEngine() {
        return fake.commands.stream()
                .filter("systemctl restart docker.service"::equals)
                .count();
    }

    @Test
    void installsEtcdsToolsAndWritesItsFilesOnce() throws Exception {
        new UpdateEtcd().run(context);

        assertThat(fake.runs).containsExactly("etcd /usr/local/bin:/host /usr/local/etcd/install-tools");
        assertThat(store.installed(1).containerTag("etcd")).contains("3.5.4.1");
        assertThat(fake.files.read(HostPaths.serviceUnit("etcd-container"))).contains("quay.io/cybozu/etcd:3.5.4.1");
        assertThat(fake.files.read(HostPaths.ETCD_CONFIG_FILE)).contains("initial-cluster-state: 'new'");
        assertThat(fake.files.read(HostPaths.NECO_CONFIG_FILE)).contains("- https://10.69.0.3:2379");
        assertThat(context.changes()).hasSize(4);

        StepContext again = context(Optional.empty());
        new UpdateEtcd().run(again);
        assertThat(again.changes()).isEmpty();
        assertThat(fake.runs).hasSize(1);
    }

    @Test
    void theUpdaterIsRestartedWhenItRunsSinceBeforeTheEndpointsWereReplaced() throws Exception {
        String restart = "systemctl restart neco-updater.service";
        fake.answers.put(
                "systemctl show --property=MainPID", ProcessHandle.current().pid() + "\n");
        new UpdateEtcd().run(context);
        assertThat(fake.commands).contains(restart);

        // as after an attempt that ended between the two
        fake.commands.clear();
        new UpdateEtcd().run(context(Optional.empty()));
        assertThat(fake.commands).contains(restart);

        // the package was unpacked later, and that restarts it
        fake.files.write(HostPaths.PACKAGE_LIST, "", FileMode.WORLD_READABLE);
        fake.commands.clear();
        new UpdateEtcd().run(context(Optional.empty()));
        assertThat(fake.commands).doesNotContain(restart);

        fake.files.write(HostPaths.NECO_CONFIG_FILE, "endpoints: [https://10.69.0.3:2379]\n", FileMode.WORLD_READABLE);
        fake.answers.put("systemctl show --property=MainPID", "0\n");
        new UpdateEtcd().run(context(Optional.empty()));
        assertThat(fake.commands).as("one that does not run").doesNotContain(restart);
    }

    @Test
    void givesTheLockUpAfterwards() throws Exception {
        new UpdateEtcd().run(context);

        try (Leadership next =
                store.campaign(ElectionName.WORKER, "2", Duration.ofSeconds(10), Duration.ofSeconds(2))) {
            assertThat(next.key().key()).startsWith("leader/worker//");
        }
    }

    @Test
    void takesEtcdAwayOnlyUnderTheLock() throws Exception {
        List<Leadership> lock = new ArrayList<>();
        AtomicBoolean isHeldMeanwhile = new AtomicBoolean();

        new RollingRestart(fake.host(), store, cancellation)
                .run(
                        "restart etcd",
                        lock::add,
                        () -> isHeldMeanwhile.set(lock.get(0).confirm()));

        assertThat(isHeldMeanwhile).isTrue();
        assertThat(lock.get(0).confirm()).as("it is given up afterwards").isFalse();
    }

    @Test
    void doesNotBeginARestartWhenItIsCancelled() {
        cancellation.request("the request has changed");

        assertThatThrownBy(() -> new RollingRestart(fake.host(), store, cancellation)
                        .run("restart etcd", lock -> {}, () -> {
                            throw new AssertionError("must not be run");
                        }))
                .isInstanceOf(CancelledException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theWaitForTheLockEndsWhenTheStepIsCancelled(boolean isRestart) throws Exception {
        Duration soon = Duration.ofSeconds(10);
        try (Leadership other = store.campaign(ElectionName.WORKER, "2", soon, soon)) {
            assertThat(other.isHeld()).isTrue();
            CompletableFuture<Class<?>> end = new CompletableFuture<>();
            Thread waiting = new Thread(() -> {
                try {
                    if (isRestart) {
                        new RollingRestart(fake.host(), store, cancellation).run("restart etcd", lock -> {}, () -> {});
                    } else {
                        new UpdateEtcd().run(context);
                    }
                    end.complete(Void.class);
                } catch (Exception e) {
                    end.complete(e.getClass());
                }
            });
            waiting.start();
            Awaitility.await("it to wait").until(() -> waiting.getState() == Thread.State.TIMED_WAITING);

            cancellation.request("the request has changed");

            assertThat(end.get(soon.toSeconds(), TimeUnit.SECONDS)).isEqualTo(CancelledException.class);
        }
    }

    private StepContext context(Optional<String> proxy) {
        UpdateRequest request = new UpdateRequest("1.0.0", List.of(0, 1, 2), false, BEGIN);
        Settings settings = new Settings("none", proxy, Optional.empty(), Optional.empty(), Optional.empty());
        return new StepContext(fake.host(), store, request, settings, cancellation);
    }
}
