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
import io.neco.update.UpdateStatus;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultHealth;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The steps about Vault on a scratch host, with a real etcd. */
class VaultStepsIT {
    private static final String VERSION = "1.0.0";
    private static final int STEP = 4;
    private static final String UNIT = HostPaths.serviceUnit("vault");
    private static final String RESTART = "systemctl restart vault.service";
    private static final String STOP = "systemctl stop vault.service";
    private static final VaultHealth ACTIVE = new VaultHealth(true, false, false);
    private static final VaultHealth STANDBY = new VaultHealth(true, false, true);
    private static final VaultHealth SEALED = new VaultHealth(true, true, true);

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    /** What is recorded in etcd is per server, so that every test plays three others. */
    private static int lastLrn;

    @TempDir
    Path dir;

    private int me;
    private int other;
    private int third;
    private FakeHost fake;
    private EtcdStore store;
    private Cancellation cancellation;

    @BeforeEach
    void connect() {
        me = ++lastLrn;
        other = ++lastLrn;
        third = ++lastLrn;
        fake = new FakeHost(dir, me);
        fake.vault = ACTIVE;
        store = EtcdStore.open(ETCD.config());
        cancellation = new Cancellation();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private StepContext context() {
        return context(store);
    }

    private StepContext context(NecoStore seen) {
        UpdateRequest request = new UpdateRequest(
                VERSION, List.of(me, other, third), false, OffsetDateTime.of(2022, 5, 25, 0, 0, 0, 0, ZoneOffset.UTC));
        Settings settings =
                new Settings("none", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        return new StepContext(fake.host(), seen, request, settings, cancellation);
    }

    /** As a former update has left the host: Vault of this release runs. */
    private void updated() throws Exception {
        own(STANDBY);
        new UpdateVault().run(context());
        fake.commands.clear();
        fake.runs.clear();
    }

    private void anotherImage() {
        store.recordContainerTag(me, "vault", "1.9.0");
    }

    private void own(VaultHealth health) {
        fake.vaults.put(VaultClient.LOCAL, health);
    }

    private void report(int lrn, int step) {
        store.putStatus(lrn, UpdateStatus.running(VERSION, step));
    }

    private CompletableFuture<Void> begin(UpdateStep step) {
        return CompletableFuture.runAsync(() -> {
            try {
                step.run(context());
            } catch (IOException | CancelledException | InterruptedException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        });
    }

    private void awaitWait(String what) {
        Awaitility.await("wait for " + what).until(() -> cancellation.awaited().contains(what));
    }

    // ---- StopVault

    @Test
    void isNotStoppedWhereItIsNotInstalled() throws Exception {
        new StopVault().run(context());

        assertThat(fake.commands).isEmpty();
    }

    @Test
    void isNotStoppedWhenItsImageStays() throws Exception {
        updated();

        new StopVault().run(context());

        assertThat(fake.commands).isEmpty();
    }

    @Test
    void isStoppedWhenAnotherVersionComesAndItStandsBy() throws Exception {
        updated();
        anotherImage();

        new StopVault().run(context());

        assertThat(fake.commands).containsExactly(STOP);
        assertThat(StopVault.isStopped(fake.host())).isTrue();
    }

    /** `neco join` records the image that it has pulled; the unit is of an earlier life. */
    @Test
    void isStoppedWhenItsUnitRunsAnotherImageThanIsRecorded() throws Exception {
        updated();
        fake.files.write(UNIT, fake.files.read(UNIT).replace("vault:1.10.2.1", "vault:1.9.0"), FileMode.WORLD_READABLE);

        new StopVault().run(context());

        assertThat(fake.commands).containsExactly(STOP);
    }

    /** Images that nothing runs from may have been cleaned up since step 1. */
    @Test
    void isNotStoppedWhileTheImageThatItWouldBeStartedFromIsMissing() throws Exception {
        updated();
        anotherImage();
        fake.images.clear();
        fake.missing.add("vault");

        assertThatThrownBy(() -> new StopVault().run(context()))
                .isInstanceOf(StepFailedException.class)
                .hasMessage(FakeHost.MISSING);
        assertThatThrownBy(() -> new UpdateVault().run(context())).isInstanceOf(StepFailedException.class);
        assertThat(fake.commands).doesNotContain(STOP, RESTART);

        fake.missing.clear();
        new StopVault().run(context());
        assertThat(fake.images).contains("vault");
        assertThat(fake.commands).contains(STOP);
    }

    @Test
    void isStoppedWhenItIsSealedOrDoesNotAnswer() throws Exception {
        updated();
        anotherImage();
        own(SEALED);
        new StopVault().run(context());
        fake.silentVaults.add(VaultClient.LOCAL);
        new StopVault().run(context());

        assertThat(fake.commands).containsExactly(STOP, STOP);
    }

    @Test
    void servesOnWhenItIsTheActiveOne() throws Exception {
        updated();
        anotherImage();
        own(ACTIVE);

        new StopVault().run(context());

        assertThat(fake.commands).isEmpty();
    }

    @Test
    void isStoppedAlsoWhenAnEarlierUpdateFailedBeforeItsRestart() throws Exception {
        updated();
        anotherImage();
        fake.failures.put(RESTART, "Job for vault.service failed");
        assertThatThrownBy(() -> new UpdateVault().run(context())).hasMessageContaining(RESTART);
        fake.commands.clear();

        new StopVault().run(context());

        assertThat(fake.commands).containsExactly(STOP);
    }

    // ---- UpdateVault

    @Test
    void isStartedAndWaitedForUntilItIsUnsealed() throws Exception {
        fake.states.put("vault.service", "inactive");
        own(SEALED);
        CompletableFuture<Void> step = begin(new UpdateVault());
        awaitWait("is sealed");
        assertThat(step).isNotDone();

        own(STANDBY);

        step.join();
        assertThat(fake.commands).contains(RESTART);
        assertThat(fake.runs).containsExactly("vault /usr/local/bin:/host /usr/local/vault/install-tools");
        assertThat(store.installed(me).containerTag("vault")).contains("1.10.2.1");
        assertThat(fake.files.read(UNIT)).contains("quay.io/cybozu/vault:1.10.2.1");
        assertThat(fake.files.read(HostPaths.VAULT_CONFIG_FILE)).contains("storage \"etcd\"");
    }

    @Test
    void isLeftAloneWhenNothingHasChanged() throws Exception {
        updated();

        StepContext again = context();
        new UpdateVault().run(again);

        assertThat(again.changes()).isEmpty();
        assertThat(fake.commands).containsExactly("systemctl is-active vault.service");
    }

    @Test
    void isStartedWhenNothingHasChangedButItIsDown() throws Exception {
        updated();
        anotherImage();
        new StopVault().run(context());
        store.recordContainerTag(me, "vault", "1.10.2.1");
        fake.states.put("vault.service", "inactive");

        new UpdateVault().run(context());

        assertThat(fake.commands).contains("systemctl start vault.service").doesNotContain(RESTART);
        assertThat(StopVault.isStopped(fake.host())).isFalse();
    }

    @Test
    void isRestartedUnderTheLockWhenItStandsBy() throws Exception {
        updated();
        fake.files.write(HostPaths.VAULT_CONFIG_FILE, "# older\n", FileMode.WORLD_READABLE);
        CompletableFuture<Void> step;
        try (Leadership lock =
                store.campaign(ElectionName.WORKER, "100", Duration.ofSeconds(10), Duration.ofSeconds(10))) {
            step = begin(new UpdateVault());
            Awaitility.await("config.hcl to be replaced")
                    .until(() -> !fake.files.read(HostPaths.VAULT_CONFIG_FILE).contains("older"));
            assertThat(lock.isHeld()).isTrue();
            assertThat(fake.commands).doesNotContain(RESTART);
        }

        step.join();
        assertThat(fake.commands).containsOnlyOnce(RESTART);
    }

    /** Another server's may be restarting then. */
    @Test
    void isNotRestartedAfterTheLockWasLost() throws Exception {
        updated();
        anotherImage();

        assertThatThrownBy(() -> new UpdateVault().run(context(LostLocks.of(store, ETCD))))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(StepFailedException.class)
                .hasMessage("cannot restart Vault: lost the workers' lock");
        assertThat(fake.commands).doesNotContain(RESTART);

        new UpdateVault().run(context());
        assertThat(fake.commands).containsOnlyOnce(RESTART);
    }

    @Test
    void isRestartedAfterAllOthersWhenItIsTheActiveOne() throws Exception {
        updated();
        anotherImage();
        own(ACTIVE);
        List.of(me, other, third).forEach(lrn -> report(lrn, STEP));
        CompletableFuture<Void> step = begin(new UpdateVault());
        awaitWait("boot servers [" + other + ", " + third + "]");
        assertThat(fake.files.read(UNIT)).contains("vault:1.10.2.1");

        report(third, STEP + 1);
        awaitWait("boot servers [" + other + "]");
        assertThat(fake.commands).doesNotContain(RESTART);
        report(other, STEP + 1);

        step.join();
        assertThat(fake.commands).containsOnlyOnce(RESTART);
    }

    @Test
    void needsNotWaitAnyMoreWhenAnotherHasBecomeActive() throws Exception {
        updated();
        anotherImage();
        own(ACTIVE);
        List.of(me, other, third).forEach(lrn -> report(lrn, STEP));
        CompletableFuture<Void> step = begin(new UpdateVault());
        awaitWait("boot servers");

        own(STANDBY);

        step.join();
        assertThat(fake.commands).containsOnlyOnce(RESTART);
    }

    @Test
    void waitsForServersThatAreOutOnlyForAWhile() throws Exception {
        updated();
        anotherImage();
        own(ACTIVE);
        List.of(me, other, third).forEach(lrn -> report(lrn, STEP));
        fake.silentVaults.add(fake.host().servers().vaultUrl(other));
        CompletableFuture<Void> step = begin(new UpdateVault(Duration.ZERO));
        awaitWait("boot servers [" + third + "]");

        report(third, STEP + 1);

        step.join();
        assertThat(fake.commands).containsOnlyOnce(RESTART);
    }

    @Test
    void staysAsItIsWhenTheUpdateIsStoppedBeforeItsTurn() throws Exception {
        updated();
        anotherImage();
        own(ACTIVE);
        List.of(me, other, third).forEach(lrn -> report(lrn, STEP));
        CompletableFuture<Void> step = begin(new UpdateVault());
        awaitWait("boot servers");

        cancellation.request("stop request");

        assertThatThrownBy(step::join).hasMessageContaining("stop request");
        assertThat(fake.commands).doesNotContain(RESTART);
        cancellation = new Cancellation();
        own(STANDBY);
        new UpdateVault().run(context());
        assertThat(fake.commands).as("the next update does it").containsOnlyOnce(RESTART);
    }

    @Test
    void takesTheActiveVaultOfAServerThatHasLeft() throws Exception {
        fake.vault = STANDBY;
        fake.outsideVault = Optional.of("https://10.69.2.67:8200");

        new UpdateVault().run(context());

        assertThat(fake.commands).contains(RESTART);
    }

    @Test
    void saysWhyItCannotBeStarted() {
        fake.states.put("vault.service", "failed");
        fake.failures.put(RESTART, "Job for vault.service failed");

        assertThatThrownBy(() -> new UpdateVault().run(context()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(RESTART)
                .hasMessageContaining("Job for vault.service failed");
    }
}
