package io.neco.worker.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.artifact.ArtifactSet;
import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.program.serf.SerfProgram;
import io.neco.store.ElectionName;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Steps 5 to 10 and 16 on a scratch host, with a real etcd. */
class ServiceStepsIT {
    private static final OffsetDateTime BEGIN = OffsetDateTime.of(2022, 5, 25, 0, 0, 0, 0, ZoneOffset.UTC);
    private static final Settings SETTINGS =
            new Settings("none", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    Path dir;

    private FakeHost fake;
    private EtcdStore store;
    private Cancellation cancellation;
    private int lrn;

    @BeforeEach
    void prepare() throws IOException {
        lrn = nextLrn();
        fake = new FakeHost(dir, lrn);
        fake.images.addAll(ArtifactSet.BOOT_IMAGES); // as step 1 leaves it
        store = EtcdStore.open(ETCD.config());
        cancellation = new Cancellation();
        fake.files.write(HostPaths.OS_RELEASE_FILE, "NAME=\"Ubuntu\"\nVERSION_ID=\"22.04\"\n", FileMode.WORLD_READABLE);
        fake.files.write(HostPaths.PRODUCT_SERIAL_FILE, "1234abcd\n", FileMode.WORLD_READABLE);
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** What is recorded in etcd is per server, so that every test plays another one. */
    private static synchronized int nextLrn() {
        return ++lastLrn;
    }

    private static int lastLrn;

    private StepContext context() {
        UpdateRequest request = new UpdateRequest("2022.05.25-1", List.of(0, lrn, 100), false, BEGIN);
        return new StepContext(fake.host(), store, request, SETTINGS, cancellation);
    }

    private List<String> run(UpdateStep step) throws Exception {
        fake.commands.clear();
        StepContext context = context();
        step.run(context);
        return context.changes();
    }

    /** As `systemctl enable` leaves it. */
    private void enabled(String unit) throws IOException {
        Path link = dir.resolve("etc/systemd/system/multi-user.target.wants").resolve(unit);
        Files.createDirectories(Objects.requireNonNull(link.getParent()));
        Files.createSymbolicLink(link, Path.of("/etc/systemd/system", unit));
    }

    private void installed(String unit) throws IOException {
        fake.files.write("/lib/systemd/system/" + unit, "[Unit]\n", FileMode.WORLD_READABLE);
    }

    private String permissions(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(fake.files.path(path)));
    }

    // ---- all of them

    @Test
    void doNothingTheSecondTime() throws Exception {
        installed("ssh.service");
        List<UpdateStep> steps = List.of(
                new UpdateSetupHW(),
                new UpdateSerf(),
                new UpdateSetupSerfTags(),
                new UpdateEtcdpasswd(),
                new UpdateSabakan(),
                new UpdateSabakanStateSetter(),
                new UpdatePromtail());
        for (UpdateStep step : steps) {
            step.run(context());
        }
        for (String unit : List.of(
                "setup-hw.service", "serf.service", "setup-serf-tags.timer", "sabakan.service", "promtail.service")) {
            enabled(unit);
        }
        fake.commands.clear();
        fake.runs.clear();

        for (UpdateStep step : steps) {
            StepContext again = context();
            step.run(again);
            assertThat(again.changes()).as(step.name()).isEmpty();
        }

        assertThat(fake.runs).isEmpty();
        assertThat(fake.commands).containsExactly("systemctl start setup-serf-tags.timer");
        assertThat(dir.resolve("var/lib/neco/pending")).isEmptyDirectory();
    }

    @Test
    void restartWhatAnInterruptedRunHasLeftUnrestarted() throws Exception {
        fake.failures.put("systemctl restart promtail.service", "Terminated");
        assertThatThrownBy(() -> run(new UpdatePromtail())).isInstanceOf(IOException.class);
        fake.failures.clear();

        List<String> changes = run(new UpdatePromtail());

        assertThat(changes).containsExactly("restarted promtail.service");
        assertThat(fake.commands)
                .containsExactly("systemctl enable promtail.service", "systemctl restart promtail.service");
    }

    /** Images that nothing runs from may have been cleaned up since step 1. */
    @Test
    void nothingIsStoppedWithoutTheImageThatItWouldBeStartedFrom() throws Exception {
        List<UpdateStep> steps =
                List.of(new UpdateSetupHW(), new UpdateSerf(), new UpdateSabakan(), new UpdatePromtail());
        fake.images.clear();
        fake.missing.addAll(List.of("setup-hw", "serf", "sabakan", "promtail"));

        for (UpdateStep step : steps) {
            assertThatThrownBy(() -> run(step))
                    .as(step.name())
                    .isInstanceOf(StepFailedException.class)
                    .hasMessage(FakeHost.MISSING);
            assertThat(fake.commands).as(step.name()).noneMatch(line -> line.contains("restart"));
        }

        fake.missing.clear();
        for (UpdateStep step : steps) {
            run(step);
            assertThat(fake.commands).as(step.name()).anyMatch(line -> line.startsWith("systemctl restart "));
        }
        assertThat(fake.images).containsExactlyInAnyOrder("setup-hw", "serf", "sabakan", "promtail");
    }

    // ---- each

    @Test
    void setupHwRunsTheImageOfItsRelease() throws Exception {
        List<String> changes = run(new UpdateSetupHW());

        assertThat(changes)
                .containsExactly(
                        "image setup-hw 1.12.0", "/etc/systemd/system/setup-hw.service", "restarted setup-hw.service");
        assertThat(fake.files.read(HostPaths.serviceUnit("setup-hw"))).contains("quay.io/cybozu/setup-hw:1.12.0");
        assertThat(store.installed(lrn).containerTag("setup-hw")).contains("1.12.0");
    }

    @Test
    void serfKnowsTheOtherServers() throws Exception {
        run(new UpdateSerf());

        assertThat(fake.runs).containsExactly("serf /usr/local/bin:/host/usr/local/bin /usr/local/serf/install-tools");
        assertThat(fake.files.read(HostPaths.SERF_CONFIG_FILE))
                .contains("\"os-name\": \"Ubuntu\"", "\"os-version\": \"22.04\"", "\"serial\": \"1234abcd\"")
                .contains("\"retry_join\": [\n    \"10.69.0.3\",\n    \"10.69.75.3\"\n  ]");
        assertThat(fake.commands).containsExactly("systemctl enable serf.service", "systemctl restart serf.service");
    }

    @Test
    void aProgramThatTheHostDoesNotHaveIsInstalledWhateverIsRecorded() throws Exception {
        run(new UpdateSerf());
        assertThat(run(new UpdateSerf())).isEmpty();
        fake.files.deleteIfExists(SerfProgram.BINARY);

        assertThat(run(new UpdateSerf())).contains("image serf 0.9.7.1", "restarted serf.service");
        assertThat(fake.runs).hasSize(2);
        assertThat(fake.files.exists(SerfProgram.BINARY)).isTrue();
    }

    @Test
    void serfIsRestartedOneServerAtATime() throws Exception {
        AtomicReference<List<String>> changes = new AtomicReference<>();
        Thread step = new Thread(() -> {
            try {
                changes.set(run(new UpdateSerf()));
            } catch (Exception e) {
                changes.set(List.of(e.toString()));
            }
        });
        try (Leadership other =
                store.campaign(ElectionName.WORKER, "0", Duration.ofSeconds(10), Duration.ofSeconds(5))) {
            assertThat(other.key().key()).isNotEmpty();
            step.start();
            Awaitility.await("serf's files to be written").until(() -> fake.files.exists(HostPaths.SERF_CONFIG_FILE));
            assertThat(fake.commands).isEmpty();
        }

        Awaitility.await("the step to end").until(() -> !step.isAlive());
        assertThat(changes.get()).contains("restarted serf.service");
    }

    @Test
    void serfIsNotRestartedAfterTheLockWasLost() throws Exception {
        StepContext context = context();
        StepContext withLostLocks =
                new StepContext(fake.host(), LostLocks.of(store, ETCD), context.request(), SETTINGS, cancellation);

        assertThatThrownBy(() -> new UpdateSerf().run(withLostLocks))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(StepFailedException.class)
                .hasMessage("cannot restart serf: lost the workers' lock");
        assertThat(fake.commands).isEmpty();

        assertThat(run(new UpdateSerf())).contains("restarted serf.service");
    }

    @Test
    void serfNeedsTheSerialNumber() throws IOException {
        fake.files.deleteIfExists(HostPaths.PRODUCT_SERIAL_FILE);

        assertThatThrownBy(() -> run(new UpdateSerf()))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining(HostPaths.PRODUCT_SERIAL_FILE);
        assertThat(fake.commands).isEmpty();
    }

    @Test
    void aNewVersionIsToldToSerfWithoutTouchingUnits() throws Exception {
        run(new UpdateSetupSerfTags());
        assertThat(fake.commands)
                .containsExactly("systemctl enable setup-serf-tags.timer", "systemctl start setup-serf-tags.timer");
        assertThat(permissions(HostPaths.SERF_TAGS_SCRIPT)).isEqualTo("rwxr-xr-x");
        enabled("setup-serf-tags.timer");
        fake.files.write(HostPaths.SERF_TAGS_SCRIPT, "old", FileMode.EXECUTABLE);

        List<String> changes = run(new UpdateSetupSerfTags());

        assertThat(changes).containsExactly(HostPaths.SERF_TAGS_SCRIPT);
        assertThat(fake.commands).containsExactly("systemctl start setup-serf-tags.timer");
    }

    @Test
    void etcdpasswdRulesLoginsAndInstallsItsPackage() throws Exception {
        installed("ssh.service");

        List<String> changes = run(new UpdateEtcdpasswd());

        assertThat(changes)
                .containsExactly(
                        HostPaths.SSHD_DROP_IN,
                        "reloaded ssh.service",
                        HostPaths.SUDOERS_FILE,
                        HostPaths.ETCDPASSWD_DROP_IN,
                        HostPaths.ETCDPASSWD_CONFIG_FILE,
                        "package etcdpasswd v1.4.0",
                        "restarted ep-agent.service");
        assertThat(fake.commands)
                .containsExactly(
                        "systemctl reload-or-restart ssh.service",
                        "systemctl enable ep-agent.service",
                        "systemctl restart ep-agent.service");
        assertThat(permissions(HostPaths.SUDOERS_FILE)).isEqualTo("r--r-----");
        assertThat(fake.packages).containsExactly("etcdpasswd v1.4.0");
        assertThat(store.installed(lrn).debRelease("etcdpasswd")).contains("v1.4.0");
    }

    @Test
    void etcdpasswdLeavesTheAdministratorsSudoersAlone() throws Exception {
        fake.files.write(HostPaths.SUDOERS_FILE, "# own rules\n", FileMode.SUDOERS);

        run(new UpdateEtcdpasswd());

        assertThat(fake.files.read(HostPaths.SUDOERS_FILE)).isEqualTo("# own rules\n");
    }

    @Test
    void etcdpasswdRestartsItsAgentWhenOnlyFilesHaveChanged() throws Exception {
        store.recordDebRelease(lrn, "etcdpasswd", "v1.4.0");
        fake.files.write(HostPaths.packageList("etcdpasswd"), "", FileMode.WORLD_READABLE);

        run(new UpdateEtcdpasswd());

        assertThat(fake.packages).isEmpty();
        assertThat(fake.commands)
                .containsExactly("systemctl enable ep-agent.service", "systemctl restart ep-agent.service");
    }

    @Test
    void aPackageThatDpkgDoesNotKnowIsInstalledWhateverIsRecorded() throws Exception {
        run(new UpdateEtcdpasswd());
        run(new UpdateEtcdpasswd());
        assertThat(fake.packages).hasSize(1);
        fake.files.deleteIfExists(HostPaths.packageList("etcdpasswd"));

        assertThat(run(new UpdateEtcdpasswd())).contains("package etcdpasswd v1.4.0", "restarted ep-agent.service");
        assertThat(fake.packages).hasSize(2);
    }

    @Test
    void etcdpasswdSaysThatItsPackageIsMissingAndTriesAgain() throws Exception {
        fake.missing.add("etcdpasswd");

        assertThatThrownBy(() -> run(new UpdateEtcdpasswd())).hasMessage("no such release: etcdpasswd@v1.4.0");
        assertThat(store.installed(lrn).debRelease("etcdpasswd")).isEmpty();

        fake.missing.clear();
        run(new UpdateEtcdpasswd());
        assertThat(fake.packages).hasSize(1);
    }

    @Test
    void sshdThatRefusesItsSettingsFailsTheStepAndIsAskedAgain() throws Exception {
        installed("ssh.service");
        fake.failures.put("systemctl reload-or-restart ssh.service", "Bad configuration option: foo");
        assertThatThrownBy(() -> run(new UpdateEtcdpasswd())).hasMessageContaining("Bad configuration option: foo");
        fake.failures.clear();

        assertThat(run(new UpdateEtcdpasswd())).contains("reloaded ssh.service");
    }

    @Test
    void sabakanIsSkippedBySystemdUntilItIsInitialised() throws Exception {
        fake.silence = Optional.of("connection refused");
        fake.answers.put("/usr/local/bin/sabactl completion", "# completion\n");

        List<String> changes = run(new UpdateSabakan());

        assertThat(changes)
                .containsExactly(
                        HostPaths.SABACTL_COMPLETION_FILE,
                        "image sabakan 2.13.0",
                        HostPaths.SABAKAN_CONFIG_FILE,
                        "/etc/systemd/system/sabakan.service",
                        "restarted sabakan.service");
        assertThat(fake.files.read(HostPaths.SABACTL_COMPLETION_FILE)).isEqualTo("# completion\n");
    }

    @Test
    void sabakanIsWaitedForOnceItIsInitialised() throws Exception {
        fake.files.write(HostPaths.SABAKAN_KEY_FILE, "key", FileMode.PRIVATE);
        fake.silence = Optional.of("connection refused");
        AtomicReference<List<String>> changes = new AtomicReference<>();
        Thread step = new Thread(() -> {
            try {
                changes.set(run(new UpdateSabakan()));
            } catch (Exception e) {
                changes.set(List.of(e.toString()));
            }
        });
        step.start();
        Awaitility.await("sabakan to be restarted")
                .until(() -> fake.commands.contains("systemctl restart sabakan.service"));
        assertThat(step.isAlive()).isTrue();

        fake.silence = Optional.empty();

        Awaitility.await("the step to end").until(() -> !step.isAlive());
        assertThat(changes.get()).contains("restarted sabakan.service");
    }

    @Test
    void sabakanThatIsDownIsStartedWithoutAChange() throws Exception {
        run(new UpdateSabakan());
        enabled("sabakan.service");
        fake.files.write(HostPaths.SABAKAN_KEY_FILE, "key", FileMode.PRIVATE);
        fake.silence = Optional.of("connection refused");
        cancellation.request("enough");

        assertThatThrownBy(() -> run(new UpdateSabakan())).isInstanceOf(CancelledException.class);

        assertThat(fake.commands).containsExactly("systemctl start sabakan.service");
    }

    @Test
    void sabakansToolsAreInstalledAgainAfterAFailure() throws Exception {
        fake.brokenTools.add("sabakan");
        assertThatThrownBy(() -> run(new UpdateSabakan()))
                .hasMessageContaining("/usr/local/sabakan/install-tools")
                .hasMessageContaining("exit status 1");
        assertThat(store.installed(lrn).containerTag("sabakan")).isEmpty();
        fake.brokenTools.clear();

        assertThat(run(new UpdateSabakan())).contains("image sabakan 2.13.0", "restarted sabakan.service");
    }

    @Test
    void aMissingCompletionIsNoReasonToFail() throws Exception {
        fake.failures.put("/usr/local/bin/sabactl completion", "unknown command");

        assertThat(run(new UpdateSabakan())).contains("image sabakan 2.13.0").noneMatch(c -> c.contains("completion"));
    }

    @Test
    void theStateSetterIsRestartedWhereItIsInstalled() throws Exception {
        assertThat(run(new UpdateSabakanStateSetter())).isEmpty();
        assertThat(fake.commands).isEmpty();
        installed("sabakan-state-setter.service");
        enabled("sabakan-state-setter.service");

        assertThat(run(new UpdateSabakanStateSetter())).containsExactly("restarted sabakan-state-setter.service");
        assertThat(fake.commands).contains("systemctl restart sabakan-state-setter.service");
    }

    @Test
    void theStateSetterIsLeftAloneWhenItStartedAfterItsPackageWasUnpacked() throws Exception {
        installed("sabakan-state-setter.service");
        enabled("sabakan-state-setter.service");
        ProcessHandle process = ProcessHandle.current();
        fake.answers.put("systemctl show --property=MainPID", process.pid() + "\n");
        Instant begin = process.info().startInstant().orElseThrow();
        fake.files.write(HostPaths.PACKAGE_LIST, "/.\n", FileMode.WORLD_READABLE);
        Path list = fake.files.path(HostPaths.PACKAGE_LIST);

        Files.setLastModifiedTime(list, FileTime.from(begin.minusSeconds(1)));
        assertThat(run(new UpdateSabakanStateSetter())).isEmpty();

        Files.setLastModifiedTime(list, FileTime.from(begin.plusSeconds(1)));
        assertThat(run(new UpdateSabakanStateSetter())).containsExactly("restarted sabakan-state-setter.service");

        fake.answers.put("systemctl show --property=MainPID", "0\n");
        Files.setLastModifiedTime(list, FileTime.from(begin.minusSeconds(1)));
        assertThat(run(new UpdateSabakanStateSetter())).containsExactly("restarted sabakan-state-setter.service");
    }

    @Test
    void theStateSettersFormerTimerIsRemoved() throws Exception {
        fake.files.write(HostPaths.timerUnit("sabakan-state-setter"), "[Timer]\n", FileMode.WORLD_READABLE);

        run(new UpdateSabakanStateSetter());

        assertThat(fake.commands).containsExactly("systemctl disable --now sabakan-state-setter.timer");
        assertThat(fake.files.exists(HostPaths.timerUnit("sabakan-state-setter")))
                .isFalse();
    }

    @Test
    void promtailSendsThisServersJournal() throws Exception {
        run(new UpdatePromtail());

        assertThat(fake.files.read(HostPaths.PROMTAIL_CONFIG_FILE))
                .contains("instance: " + fake.host().servers().node0(lrn));
        assertThat(fake.files.read(HostPaths.serviceUnit("promtail"))).contains("quay.io/cybozu/promtail:2.5.0.1");
        assertThat(store.installed(lrn).containerTag("promtail")).contains("2.5.0.1");
    }

    @Test
    void keysThatEverybodyCouldReadAreHidden() throws Exception {
        fake.files.write(HostPaths.SABAKAN_KEY_FILE, "key", FileMode.WORLD_READABLE);

        assertThat(run(new UpdateSabakan())).contains(HostPaths.SABAKAN_KEY_FILE + " (permissions)");

        assertThat(permissions(HostPaths.SABAKAN_KEY_FILE)).isEqualTo("rw-------");
        assertThat(run(new UpdateSabakan())).isEmpty();
    }

    @Test
    void aUnitThatDoesNotStartFailsTheStep() {
        fake.failures.put("systemctl restart promtail.service", "Job for promtail.service failed");

        assertThatThrownBy(() -> run(new UpdatePromtail()))
                .hasMessageContaining("systemctl restart promtail.service")
                .hasMessageContaining("Job for promtail.service failed");
    }
}
