package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.container.RegistryCredential;
import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.host.Site;
import io.neco.http.HttpClients;
import io.neco.release.PackageDownloader;
import io.neco.store.Installed;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.update.UpdateRequest;
import io.neco.vault.VaultHealth;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.FakeHost;
import io.neco.worker.step.Settings;
import io.neco.worker.step.StepContext;
import io.neco.worker.step.StepFailedException;
import io.neco.worker.step.StopCKE;
import io.neco.worker.step.StopVault;
import io.neco.worker.step.UpdatePlan;
import io.neco.worker.step.UpdateStep;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostDutiesTest {
    private static final UpdateRequest REQUEST = new UpdateRequest(
            "1.0.0", List.of(0, 1, 2), false, OffsetDateTime.of(2022, 5, 25, 0, 0, 0, 0, ZoneOffset.UTC));
    private static final Settings NONE =
            new Settings("none", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    @TempDir
    Path dir;

    private FakeHost fake;
    private final CurrentSettings current = new CurrentSettings();
    private final ScriptedStep step = new ScriptedStep();
    /** Of steps, in nanoseconds; stands still unless a step moves it. */
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000);

    @BeforeEach
    void makeHost() {
        fake = new FakeHost(dir, 0);
        fake.failures.put("systemctl is-active", "");
    }

    @Test
    void startsTheServicesThatAreInstalledAndDoNotRun() throws Exception {
        fake.files.write(HostPaths.serviceUnit("etcd-container"), "[Unit]\n", FileMode.WORLD_READABLE);
        fake.files.write(HostPaths.serviceUnit("vault"), "[Unit]\n", FileMode.WORLD_READABLE);
        enabled("etcd-container.service");
        enabled("vault.service");
        fake.failures.clear();
        fake.failures.put("systemctl is-active vault.service", "");

        duties().start();

        assertThat(fake.commands).contains("systemctl enable --now vault.service");
        assertThat(fake.commands).doesNotContain("systemctl enable --now etcd-container.service");
    }

    /** As on a server that has left, whose Vault is of an older version than the others'. */
    @Test
    void leavesServicesThatSomebodyHasDisabled() throws Exception {
        fake.files.write(HostPaths.serviceUnit("etcd-container"), "[Unit]\n", FileMode.WORLD_READABLE);
        fake.files.write(HostPaths.serviceUnit("vault"), "[Unit]\n", FileMode.WORLD_READABLE);

        duties().start();

        assertThat(fake.commands).noneMatch(line -> line.contains("--now"));
    }

    /** As `systemctl enable` leaves it. */
    private void enabled(String unit) throws IOException {
        Path wants = Files.createDirectories(dir.resolve("etc/systemd/system/multi-user.target.wants"));
        Files.createSymbolicLink(wants.resolve(unit), Path.of("/etc/systemd/system", unit));
    }

    @Test
    void tellsTheOtherDaemonsThatItHasStartedWhereSystemdRunsIt() throws Exception {
        duties().started();
        assertThat(fake.files.exists(HostPaths.WORKER_STARTED)).isFalse();

        Files.createDirectories(fake.files.path(HostPaths.WORKER_RUNTIME_DIR));
        duties().started();
        assertThat(fake.files.exists(HostPaths.WORKER_STARTED)).isTrue();
    }

    @Test
    void makesTheHostAskItsOwnNameServer() throws Exception {
        duties().start();

        assertThat(fake.files.read("/etc/resolv.conf"))
                .isEqualTo("nameserver 127.0.0.1\nsearch cluster.local\noptions ndots:3\n");
    }

    @Test
    void leavesResolvConfToSystemdResolvedWhereThatRuns() throws Exception {
        fake.failures.clear();

        duties().start();

        assertThat(fake.files.exists("/etc/resolv.conf")).isFalse();
    }

    @Test
    void startsCkeWhenTheUpdateHasEndedWhileItWasStopped() throws Exception {
        for (String service : List.of("cke", "cke-localproxy")) {
            fake.files.write("/lib/systemd/system/" + service + ".service", "[Unit]\n", FileMode.WORLD_READABLE);
        }
        new StopCKE().run(new StepContext(fake.host(), store(), REQUEST, NONE, new Cancellation()));
        fake.commands.clear();

        duties().settle(new Cancellation());

        assertThat(fake.commands).contains("systemctl restart cke.service", "systemctl restart cke-localproxy.service");

        fake.commands.clear();
        duties().settle(new Cancellation());
        assertThat(fake.commands).isEmpty();
    }

    @Test
    void startsVaultWhenTheUpdateHasEndedWhileItWasStopped() throws Exception {
        fake.vault = new VaultHealth(true, false, true);
        fake.files.write(HostPaths.serviceUnit("vault"), "[Unit]\n", FileMode.WORLD_READABLE);
        fake.files.write(HostPaths.PENDING_DIR + "/vault.service", "", FileMode.WORLD_READABLE);
        new StopVault().run(new StepContext(fake.host(), store(), REQUEST, NONE, new Cancellation()));
        assertThat(fake.commands).containsExactly("systemctl stop vault.service");
        enabled("vault.service");

        duties().start();
        assertThat(fake.commands)
                .as("a worker that was restarted meanwhile leaves it to the update")
                .doesNotContain("systemctl enable --now vault.service");

        duties().settle(new Cancellation());
        assertThat(fake.commands).contains("systemctl enable --now vault.service");

        fake.commands.clear();
        duties().settle(new Cancellation());
        assertThat(fake.commands).isEmpty();
    }

    @Test
    void whatCannotBeStartedYetIsTriedAgain() throws Exception {
        stopped();
        fake.failures.put("systemctl restart cke.service", "Failed to connect to bus");
        fake.failures.put("systemctl enable --now vault.service", "Failed to connect to bus");
        CompletableFuture<Void> settling = settling(new Cancellation());
        Awaitility.await("several attempts")
                .until(() -> Collections.frequency(fake.commands, "systemctl restart cke.service") > 2);
        assertThat(settling).isNotDone();
        fake.failures.clear();

        settling.get(10, TimeUnit.SECONDS);

        assertThat(dir.resolve("var/lib/neco/pending")).isEmptyDirectory();
        assertThat(fake.commands)
                .contains("systemctl enable --now vault.service")
                .endsWith("systemctl restart cke-localproxy.service");
    }

    @Test
    void whatCannotBeStartedYetMakesWayForOtherWork() throws Exception {
        stopped();
        fake.failures.put("systemctl restart cke.service", "Failed to connect to bus");
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Void> settling = settling(cancellation);
        Awaitility.await("an attempt").until(() -> fake.commands.contains("systemctl restart cke.service"));

        cancellation.request("there is other work");

        settling.get(10, TimeUnit.SECONDS);
        assertThat(StopCKE.isStopped(fake.host())).isTrue();
    }

    /** As an update leaves the host that ends between the steps that stop and start. */
    private void stopped() throws Exception {
        fake.vault = new VaultHealth(true, false, true);
        fake.files.write(HostPaths.serviceUnit("vault"), "[Unit]\n", FileMode.WORLD_READABLE);
        for (String service : List.of("cke", "cke-localproxy")) {
            fake.files.write("/lib/systemd/system/" + service + ".service", "[Unit]\n", FileMode.WORLD_READABLE);
        }
        StepContext context = new StepContext(fake.host(), store(), REQUEST, NONE, new Cancellation());
        fake.files.write(HostPaths.PENDING_DIR + "/vault.service", "", FileMode.WORLD_READABLE);
        new StopVault().run(context);
        fake.files.deleteIfExists(HostPaths.PENDING_DIR + "/vault.service");
        new StopCKE().run(context);
        fake.commands.clear();
    }

    private CompletableFuture<Void> settling(Cancellation cancellation) {
        return CompletableFuture.runAsync(() -> {
            try {
                duties().settle(cancellation);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void theWaitForAnotherProxyMakesWayForAnUpdate() throws Exception {
        Settings settings = new Settings(
                "none", Optional.of("http://10.0.49.3:3128"), Optional.empty(), Optional.empty(), Optional.empty());
        Cancellation cancellation = new Cancellation();
        cancellation.request("an update begins");

        AtomicInteger calls = new AtomicInteger();
        NecoStore store = (NecoStore) Proxy.newProxyInstance(
                HostDutiesTest.class.getClassLoader(), new Class<?>[] {NecoStore.class}, (proxy, method, arguments) -> {
                    calls.incrementAndGet();
                    throw new StoreException("there is no etcd");
                });

        duties().takeUp(store, settings, cancellation);

        assertThat(calls).as("calls of etcd, for the lock").hasValue(0);
        assertThat(fake.commands).doesNotContain("systemctl restart docker.service");
    }

    /** A worker that resumes in step 1 may run it before it has told anything of the settings. */
    @Test
    void aStepPullsPrivateImagesWithTheCredentialsOfItsSettings() throws Exception {
        step.whenRun = () -> assertThat(current.quay()).contains(new RegistryCredential("robot", "secret"));

        duties().runStep(
                        store(),
                        new Settings(
                                "prod",
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of("robot"),
                                Optional.of("secret")),
                        REQUEST,
                        1,
                        new Cancellation());

        assertThat(step.runs).isEqualTo(1);
    }

    @Test
    void repeatsAStepAfterFaultsThatMayPass() throws Exception {
        step.failures.add(new IOException("systemctl failed"));
        step.failures.add(new StoreException("etcd does not answer"));

        run();

        assertThat(step.runs).isEqualTo(3);
    }

    @Test
    void givesUpAfterThreeFailuresOfTheHost() {
        for (int i = 0; i < 3; i++) {
            step.failures.add(new IOException("systemctl failed"));
        }

        assertThatThrownBy(this::run).isInstanceOf(IOException.class).hasMessage("ScriptedStep: systemctl failed");
        assertThat(step.runs).isEqualTo(3);
    }

    @Test
    void waitsForEtcdUpToTheDeadline() throws Exception {
        for (int i = 0; i < 6; i++) {
            step.failures.add(new StoreException("etcd does not answer"));
        }

        run();

        assertThat(step.runs).isEqualTo(7);
    }

    @Test
    void givesUpWhenEtcdIsOutForLongerThanTheDeadline() {
        fails("etcd does not answer", 100);
        step.whenRun = () -> passes(Duration.ofSeconds(10));

        assertThatThrownBy(this::run).hasMessage("ScriptedStep: etcd does not answer");
        assertThat(step.runs).as("0, 10, 20 and 30 s after the first failure").isEqualTo(4);
    }

    @Test
    void anOutageOfEtcdTakesNoAttemptsFromAFailureOfTheHost() throws Exception {
        fails("etcd does not answer", 2);
        step.failures.add(new IOException("systemctl failed"));
        step.failures.add(new IOException("systemctl failed"));

        run();

        assertThat(step.runs).isEqualTo(5);
    }

    /** It may have waited for its turn, or the host has stood still. */
    @Test
    void aFirstFailureThatComesLateIsNotTheLast() throws Exception {
        step.whenRun = () -> passes(Duration.ofMinutes(40));
        step.failures.add(new StoreException("etcd does not answer"));
        run();
        assertThat(step.runs).isEqualTo(2);

        step.failures.add(new IOException("systemctl failed"));
        run();
        assertThat(step.runs).isEqualTo(4);
    }

    @Test
    void anOutageLongAfterAnotherOneIsBorneAsLong() throws Exception {
        Deque<Duration> attempts = new ArrayDeque<>(
                List.of(Duration.ofSeconds(1), Duration.ofMinutes(40), Duration.ofSeconds(10), Duration.ofSeconds(10)));
        step.whenRun = () -> passes(attempts.isEmpty() ? Duration.ZERO : attempts.remove());
        fails("etcd does not answer", 4);

        run();

        assertThat(step.runs).isEqualTo(5);
    }

    @Test
    void anAttemptThatAlwaysFailsLateIsMadeThreeTimes() {
        fails("not elected within 600000 ms", 100);
        step.whenRun = () -> passes(Duration.ofMinutes(10));

        assertThatThrownBy(this::run).hasMessage("ScriptedStep: not elected within 600000 ms");
        assertThat(step.runs).isEqualTo(3);
    }

    private void fails(String why, int times) {
        for (int i = 0; i < times; i++) {
            step.failures.add(new StoreException(why));
        }
    }

    private void passes(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void doesNotRepeatWhatWouldFailAgain() {
        step.failures.add(new StepFailedException("no such image"));
        assertThatThrownBy(this::run).hasMessage("ScriptedStep: no such image");
        assertThat(step.runs).isEqualTo(1);

        step.failures.add(new MalformedValueException(
                "contents/cke",
                "etcd key contents/cke should hold a contents record but holds `x`",
                new IOException()));
        assertThatThrownBy(this::run).hasMessageStartingWith("ScriptedStep: etcd key contents/cke should hold ");
        assertThat(step.runs).isEqualTo(2);
    }

    @Test
    void doesNotRepeatACancelledStep() {
        Cancellation cancellation = new Cancellation();
        step.failures.add(new IOException("systemctl failed"));
        cancellation.request("stop request");

        assertThatThrownBy(() -> duties().runStep(store(), NONE, REQUEST, 1, cancellation))
                .isInstanceOf(CancelledException.class);
        assertThat(step.runs).isEqualTo(1);
    }

    /** While all wait for the slowest server no step asks etcd for what the one before has asked. */
    @Test
    void readsWhatIsInstalledOnceForTheStepsOfAnUpdate() throws Exception {
        RecordingStore recording = new RecordingStore();
        HostDuties duties = duties();
        step.work = context -> assertThat(context.needsImage("etcd")).isTrue();

        duties.runStep(recording.store, NONE, REQUEST, 1, new Cancellation());
        duties.runStep(recording.store, NONE, REQUEST, 1, new Cancellation());
        assertThat(recording.reads).isEqualTo(1);

        duties.runStep(recording.store, NONE, REQUEST.stopped(), 1, new Cancellation());
        assertThat(recording.reads).as("another request").isEqualTo(2);
    }

    @Test
    void readsWhatIsInstalledAnewWhenItHasRecordedSomethingOrFailed() throws Exception {
        RecordingStore recording = new RecordingStore();
        HostDuties duties = duties();
        step.work = context -> {
            if (context.needsImage("etcd")) {
                context.recordImage("etcd");
            }
            assertThat(context.needsImage("etcd")).isFalse();
        };

        duties.runStep(recording.store, NONE, REQUEST, 1, new Cancellation());
        assertThat(recording.reads).isEqualTo(2);

        step.failures.add(new StoreException("etcd does not answer"));
        duties.runStep(recording.store, NONE, REQUEST, 1, new Cancellation());
        assertThat(recording.reads).isEqualTo(3);
    }

    private void run() throws IOException, CancelledException, InterruptedException {
        duties().runStep(store(), NONE, REQUEST, 1, new Cancellation());
    }

    private HostDuties duties() {
        SelfUpdate selfUpdate = new SelfUpdate(
                fake.files,
                fake,
                Site.defaults(),
                new PackageDownloader(new HttpClients(), Site.defaults().releaseApi(), Clock.systemUTC()));
        return new HostDuties(
                fake.host(), new UpdatePlan(List.of(step)), selfUpdate, current, Duration.ofMillis(1), clock::get);
    }

    /** Nobody here asks etcd anything. */
    private static NecoStore store() {
        return (NecoStore) Proxy.newProxyInstance(
                HostDutiesTest.class.getClassLoader(), new Class<?>[] {NecoStore.class}, (proxy, method, arguments) -> {
                    throw new StoreException("there is no etcd");
                });
    }

    /** Knows what is installed, counts who asks for it. */
    private static final class RecordingStore {
        final Map<String, String> tags = new HashMap<>();
        int reads;

        final NecoStore store = (NecoStore) Proxy.newProxyInstance(
                HostDutiesTest.class.getClassLoader(), new Class<?>[] {NecoStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("installed")) {
                        reads++;
                        return new Installed(tags, Map.of());
                    }
                    assertThat(method.getName()).isEqualTo("recordContainerTag");
                    tags.put((String) arguments[1], (String) arguments[2]);
                    return null;
                });
    }

    private static final class ScriptedStep implements UpdateStep {
        final Deque<Exception> failures = new ArrayDeque<>();
        int runs;
        Runnable whenRun = () -> {};
        Consumer<StepContext> work = context -> {};

        @Override
        public Duration deadline() {
            return Duration.ofSeconds(30);
        }

        @Override
        public void run(StepContext context) throws IOException {
            runs++;
            whenRun.run();
            work.accept(context);
            @Nullable Exception failure = failures.poll();
            if (failure instanceof IOException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
        }
    }
}
