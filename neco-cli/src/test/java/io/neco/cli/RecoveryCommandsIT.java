package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.ContentsKey;
import io.neco.store.EtcdStore;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code neco recover} and {@code neco retry} against a real etcd. */
class RecoveryCommandsIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    private Path root;

    private ClusterHost host;

    @BeforeEach
    void connect() {
        host = new ClusterHost(root, ETCD.config());
    }

    @Test
    void recoverForgetsAStoppedUpdate() {
        host.store(ClusterHost.REQUEST.stopped(), UpdateStatus.aborted("2022.05.25-1", 2, "disk full"));

        assertThat(host.neco().run("recover")).isZero();

        CommandLineRun status = host.neco();
        assertThat(status.run("status")).isZero();
        assertThat(status.out.toString()).contains("status: clear");
    }

    @Test
    void recoverLeavesARunningUpdateAlone() {
        assertThat(host.neco().run("recover")).isEqualTo(1);
        host.store(ClusterHost.REQUEST, UpdateStatus.running("2022.05.25-1", 2));
        assertThat(host.neco().run("recover")).isEqualTo(1);

        CommandLineRun status = host.neco();
        assertThat(status.run("status")).isZero();
        assertThat(status.out.toString()).contains("status: running");
    }

    @Test
    void recoverForgetsWhatCannotBeUnderstoodOfAStoppedUpdate() throws IOException, InterruptedException {
        host.store(ClusterHost.REQUEST.stopped());
        host.putRaw("status/bootservers/0", "[]");
        host.putRaw("status/bootservers/x", "{}");
        host.putRaw("contents/sabakan", "{garbage");

        assertThat(host.neco().run("recover")).isZero();

        CommandLineRun status = host.neco();
        assertThat(status.run("status")).isZero();
        assertThat(status.out.toString()).contains("status: clear");
        try (EtcdStore store = host.store()) {
            assertThat(store.contentsStatus(ContentsKey.SABAKAN)).isEmpty();
        }
    }

    @Test
    void retryStartsAStoppedUpdateAgain() {
        host.store(ClusterHost.REQUEST.stopped(), UpdateStatus.aborted("2022.05.25-1", 2, "disk full"));
        CommandLineRun neco = host.neco();

        assertThat(neco.run("retry")).isZero();

        assertThat(neco.out.toString())
                .isEqualTo("boot servers 0, 1 start the update to 2022.05.25-1 again;"
                        + " `neco status --watch` follows it\n");
        try (EtcdStore store = host.store()) {
            assertThat(store.currentRequest().request())
                    .contains(new UpdateRequest(
                            ClusterHost.REQUEST.version(),
                            ClusterHost.REQUEST.servers(),
                            false,
                            OffsetDateTime.parse("2022-05-25T01:05:00Z")));
            assertThat(store.statuses()).isEmpty();
        }
    }

    @Test
    void retryRefusesWithAReasonWhatIsNotStopped() throws IOException {
        assertThat(host.complaint(host.neco(), "retry")).contains("no update request");
        host.store(ClusterHost.REQUEST, UpdateStatus.running("2022.05.25-1", 2));
        Files.delete(root.resolve("log"));
        assertThat(host.complaint(host.neco(), "retry")).contains("is running");

        CommandLineRun status = host.neco();
        assertThat(status.run("status")).isZero();
        assertThat(status.out.toString()).contains("status: running").contains("Boot server 0");
    }

    @Test
    void retryWalksTheStepsOfACompletedUpdateOnlyIfThatIsAskedFor() throws IOException {
        host.store(ClusterHost.REQUEST, UpdateStatus.completed("2022.05.25-1", 18));
        try (EtcdStore store = host.store()) {
            store.putStatus(1, UpdateStatus.completed("2022.05.25-1", 18));
        }
        assertThat(host.complaint(host.neco(), "retry")).contains("is completed", "with --completed");
        try (EtcdStore store = host.store()) {
            assertThat(store.statuses()).hasSize(2);
        }

        assertThat(host.neco().run("retry", "--completed")).isZero();

        try (EtcdStore store = host.store()) {
            assertThat(store.currentRequest().request()).isPresent().get().isNotEqualTo(ClusterHost.REQUEST);
            assertThat(store.statuses()).isEmpty();
        }
    }

    @Test
    void retryForgetsContentsRecordsThatCannotBeUnderstood() throws IOException, InterruptedException {
        host.store(
                ClusterHost.REQUEST.stopped(),
                UpdateStatus.aborted("2022.05.25-1", 14, "etcd key contents/sabakan should hold …"));
        host.putRaw("contents/sabakan", "{garbage");

        assertThat(host.neco().run("retry")).isZero();

        try (EtcdStore store = host.store()) {
            assertThat(store.contentsStatus(ContentsKey.SABAKAN)).isEmpty();
            assertThat(store.statuses()).isEmpty();
        }
    }
}
