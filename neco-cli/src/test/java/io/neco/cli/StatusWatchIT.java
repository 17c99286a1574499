package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.SecretKey;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            complete();

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

    @ParameterizedTest
    @ValueSource(strings = {"json", "yaml"})
    void printsADocumentForEachChange(String form) throws Exception {
        try (NecoProcess watch = NecoProcess.start(root, "status", "--watch", "-o", form)) {
            watch.awaitText("not begun");
            store.putStatus(1, UpdateStatus.running(VERSION, 1));
            watch.awaitText("all boot servers work on step 1");
            complete();

            assertThat(watch.exitStatus()).isZero();

            ObjectMapper mapper = new ObjectMapper(form.equals("json") ? new JsonFactory() : new YAMLFactory());
            List<String> states = new ArrayList<>();
            try (MappingIterator<JsonNode> documents =
                    mapper.readerFor(JsonNode.class).readValues(watch.said())) {
                documents.forEachRemaining(
                        document -> states.add(document.path("status").asText()));
            }
            assertThat(states)
                    .hasSizeGreaterThanOrEqualTo(3)
                    .startsWith("running", "running")
                    .endsWith("completed");
            assertThat(watch.said().lines().count()).isGreaterThanOrEqualTo(states.size());
        }
    }

    @Test
    void namesAValueThatCannotBeUnderstoodAndGoesOnWhenItIsMended() throws Exception {
        try (NecoProcess watch = NecoProcess.start(root, "status", "--watch")) {
            watch.awaitText("not begun");
            host.putRaw("status/bootservers/1", "[]");
            watch.awaitText("the status cannot be told: etcd key ")
                    .awaitText("status/bootservers/1 should hold ")
                    .awaitText(
                            "delete it with etcdctl, or run `neco recover` when the update is stopped; this goes on when it is mended");
            complete();

            assertThat(watch.exitStatus()).isZero();
            assertThat(watch.said()).doesNotContain("does not answer").contains("completed");
        }
    }

    @Test
    void waitsForAValueThatCannotBeUnderstoodAtTheBeginning() throws Exception {
        host.putRaw("status/bootservers/1", "[]");

        try (NecoProcess watch = NecoProcess.start(root, "status", "--watch", "--until", VERSION)) {
            watch.awaitText("status/bootservers/1 should hold ").awaitText("; this goes on when it is mended");
            complete();

            assertThat(watch.exitStatus()).isZero();
            assertThat(watch.said()).contains("completed");
        }
    }

    @Test
    void givesUpWithAValueThatIsNotMendedInTime() throws Exception {
        host.putRaw("status/bootservers/1", "[]");

        try (NecoProcess watch = NecoProcess.start(root, "status", "--watch", "--timeout", "1s")) {
            assertThat(watch.exitStatus()).isEqualTo(1);
        }
    }

    @Test
    void endsWhenNobodyReadsAnyMore() throws Exception {
        try (NecoProcess watch = NecoProcess.inPipe("grep -m1 running", root, "status", "--watch")) {
            watch.awaitText("running");
            store.putStatus(1, UpdateStatus.running(VERSION, 1));

            assertThat(watch.exitStatus()).isEqualTo(141);
        }
    }

    private void complete() {
        for (int lrn : List.of(0, 1)) {
            store.putStatus(lrn, UpdateStatus.completed(VERSION, 18));
        }
    }
}
