package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.SecretKey;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code neco status --watch} as a process, with a real etcd and on a real terminal. */
class StatusWatchIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    private static final String VERSION = "2022.05.25-1";

    @TempDir
    private Path root;

    private ClusterHost host;
    private EtcdStore store;

    @BeforeEach
    void begin() {
        host = new ClusterHost(root, ETCD.config());
        store = host.store();
        store.registerBootServer(0);
        store.registerBootServer(1);
        store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "a2V5");
        store.putRequest(
                new UpdateRequest(VERSION, List.of(0, 1), false, OffsetDateTime.now(ZoneOffset.UTC)), LeaderKey.SETUP);
        store.putStatus(0, UpdateStatus.running(VERSION, 1));
    }

    @AfterEach
    void end() {
        store.close();
    }

    @Test
    void leavesNothingBehindOnATerminalThatIsTooSmall() throws Exception {
        try (NecoProcess watch = NecoProcess.onTerminal(5, 40, "exit $?", root, "status", "--watch")) {
            watch.awaitText("waiting for boot server 1 (not begun: t…");
            store.putStatus(1, UpdateStatus.running(VERSION, 1));
            watch.awaitText("all boot servers work on step 1");
            for (int lrn : List.of(0, 1)) {
                store.putStatus(lrn, UpdateStatus.completed(VERSION, 18));
            }

            assertThat(watch.exitStatus()).isZero();

            assertThat(new FakeTerminal(5, 40).write(watch.said()).everything())
                    .containsExactly(
                            "Update to 2022.05.25-1: completed",
                            "BOOT SERVER  STEP  CONDITION  REMARK",
                            "0            18    completed",
                            "1            18    completed",
                            "all boot servers have 2022.05.25-1");
        }
    }
}
