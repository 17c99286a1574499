package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateStatus;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code neco status --watch} that begins when etcd has no majority. */
class StatusWatchOutageIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.three();

    @TempDir
    private Path root;

    @Test
    void waitsForAMajorityAsLongAsItsTimeLimit() throws Exception {
        ClusterHost host = new ClusterHost(root, ETCD.config());
        host.store(
                ClusterHost.REQUEST,
                UpdateStatus.completed(ClusterHost.REQUEST.version(), 18),
                UpdateStatus.completed(ClusterHost.REQUEST.version(), 18));
        ETCD.kill(1);
        ETCD.kill(2);

        try (NecoProcess watch = NecoProcess.start(
                root, "status", "--watch", "--until", ClusterHost.REQUEST.version(), "--timeout", "5m")) {
            watch.awaitText("etcd does not answer at the moment, going on: ");
            ETCD.heal();

            assertThat(watch.exitStatus()).isZero();
            assertThat(watch.said()).contains("completed");
        }
    }
}
