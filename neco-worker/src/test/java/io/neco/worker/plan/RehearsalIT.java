package io.neco.worker.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.cke.CkeContents;
import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.store.ContentsKey;
import io.neco.store.EtcdStore;
import io.neco.store.NecoStore;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import io.neco.worker.plan.PlannedChange.Kind;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.FakeHost;
import io.neco.worker.step.FetchImages;
import io.neco.worker.step.Settings;
import io.neco.worker.step.StepContext;
import io.neco.worker.step.StopCKE;
import io.neco.worker.step.UpdateCKE;
import io.neco.worker.step.UpdateEtcd;
import io.neco.worker.step.UpdatePlan;
import io.neco.worker.step.UpdatePromtail;
import io.neco.worker.step.UpdateSabakan;
import io.neco.worker.step.UpdateSerf;
import io.neco.worker.step.UpdateSetupHW;
import io.neco.worker.step.UpdateSetupSerfTags;
import io.neco.worker.step.UpdateStep;
import io.neco.worker.step.UpdateUserResources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Plans for a scratch host with a real etcd. */
class RehearsalIT {
    private static final int LRN = 1;
    private static final UpdateRequest REQUEST = new UpdateRequest(
            "2022.05.26-2", List.of(0, 1, 2), false, OffsetDateTime.of(2022, 5, 26, 0, 0, 0, 0, ZoneOffset.UTC));
    private static final Settings SETTINGS =
            new Settings("none", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    Path dir;

    private FakeHost fake;
    private NecoStore store;

    @BeforeEach
    void prepare() throws IOException {
        fake = new FakeHost(dir, LRN);
        store = FakeHost.asMember(EtcdStore.open(ETCD.config()), LRN);
        fake.files.write(HostPaths.OS_RELEASE_FILE, "NAME=\"Ubuntu\"\nVERSION_ID=\"22.04\"\n", FileMode.WORLD_READABLE);
        fake.files.write(HostPaths.PRODUCT_SERIAL_FILE, "1234abcd\n", FileMode.WORLD_READABLE);
        fake.states.put("cke.service", "inactive");
        fake.states.put("sabakan.service", "inactive");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private List<PlannedStep> plan(UpdateStep... steps) throws InterruptedException {
        return new Rehearsal(fake.host(), store).run(new UpdatePlan(List.of(steps)), REQUEST, SETTINGS);
    }

    private SortedMap<String, String> tree() throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(dir)) {
            for (Path file : (Iterable<Path>) found.filter(Files::isRegularFile)::iterator) {
                files.put("/" + dir.relativize(file), Files.readString(file));
            }
        }
        return files;
    }

    @Test
    void changesNeitherHostNorEtcd() throws Exception {
        SortedMap<String, String> before = tree();
        long revision = store.revision();

        List<PlannedStep> planned = plan(UpdatePlan.ofThisRelease().steps().toArray(new UpdateStep[0]));

        assertThat(tree()).isEqualTo(before);
        assertThat(store.revision()).isEqualTo(revision);
        assertThat(fake.runs).isEmpty();
        assertThat(fake.images).isEmpty();
        assertThat(fake.packages).isEmpty();
        assertThat(fake.commands)
                .allMatch(line -> line.startsWith("systemctl is-active ")
                        || line.startsWith("systemctl show ")
                        || line.endsWith("sabactl completion"));
        assertThat(planned).extracting(PlannedStep::problem).allMatch(Optional::isEmpty);
    }

    @Test
    void foretellsExactlyTheFilesTheStepsWrite() throws Exception {
        UpdateStep[] steps = {
            new UpdateSetupHW(), new UpdateSerf(), new UpdateSetupSerfTags(), new UpdateSabakan(), new UpdatePromtail()
        };
        List<String> foretold = plan(steps).stream()
                .flatMap(step -> step.changes().stream())
                .filter(change -> change.kind() == Kind.FILE)
                .map(PlannedChange::subject)
                .sorted()
                .toList();
        SortedMap<String, String> before = tree();

        for (UpdateStep step : steps) {
            step.run(new StepContext(fake.host(), store, REQUEST, SETTINGS, new Cancellation()));
        }

        SortedMap<String, String> after = tree();
        after.keySet().removeAll(before.keySet());
        after.keySet().removeAll(FakeHost.PROGRAMS.values()); // images bring them, no step writes them
        assertThat(foretold).containsExactlyElementsOf(after.keySet());
        assertThat(plan(steps))
                .flatExtracting(PlannedStep::changes)
                .filteredOn(change -> change.kind() == Kind.FILE)
                .isEmpty();
    }

    @Test
    void showsHowAFileWouldDiffer() throws Exception {
        fake.files.write(
                HostPaths.SERF_TAGS_SCRIPT,
                io.neco.program.serftags.SerfTags.script("2022.05.25-1"),
                FileMode.EXECUTABLE);

        PlannedChange change = plan(new UpdateSetupSerfTags()).get(0).changes().get(0);

        assertThat(change.subject()).isEqualTo(HostPaths.SERF_TAGS_SCRIPT);
        assertThat(change.action()).isEqualTo("replace, rwxr-xr-x");
        assertThat(change.diff())
                .startsWith("--- /usr/local/bin/setup-serf-tags\n+++ /usr/local/bin/setup-serf-tags\n@@ ")
                .contains("\n-    -set version='2022.05.25-1' \\\n+    -set version='2022.05.26-2' \\\n");
    }

    @Test
    void tellsImagesToolsAndServices() throws Exception {
        List<PlannedChange> changes =
                plan(new FetchImages(), new UpdateSerf()).get(1).changes(); // pulled once

        assertThat(changes)
                .filteredOn(change -> change.kind() != Kind.FILE)
                .containsExactly(
                        new PlannedChange(
                                Kind.TOOLS,
                                "quay.io/cybozu/serf:0.9.7.1",
                                "run /usr/local/serf/install-tools, writing to /usr/local/bin"),
                        new PlannedChange(Kind.ETCD, "image serf of this server", "record 0.9.7.1"),
                        new PlannedChange(Kind.SERVICE, "serf.service", "enable"),
                        new PlannedChange(Kind.SERVICE, "serf.service", "restart"));
    }

    @Test
    void tellsThatANewcomerWouldLearnBeforeItVotes() throws Exception {
        store.close();
        store = FakeHost.asMember(EtcdStore.open(ETCD.config()), 0);

        PlannedStep planned = plan(new UpdateEtcd()).get(0);

        assertThat(planned.problem()).isEmpty();
        assertThat(planned.changes())
                .extracting(PlannedChange::action)
                .containsSubsequence("add as a learner", "promote, so that it votes");
    }

    @Test
    void tellsWhatCkeWouldBeGiven() throws Exception {
        fake.states.clear();
        for (String file : List.of(
                "/usr/share/neco/cke-template-pre.yml",
                "/etc/cke/etcd.crt",
                "/etc/neco/cluster",
                "/lib/systemd/system/cke.service")) {
            fake.files.write(file, "nodes: []\n", FileMode.WORLD_READABLE);
        }
        for (String file : CkeContents.resourceFiles("none")) {
            fake.files.write(file, "a: b\n", FileMode.WORLD_READABLE);
        }
        SortedMap<String, String> before = tree();

        List<PlannedStep> planned = plan(new StopCKE(), new UpdateCKE(), new UpdateUserResources());

        assertThat(planned).extracting(PlannedStep::problem).allMatch(Optional::isEmpty);
        assertThat(planned.get(0).changes()).containsExactly(new PlannedChange(Kind.SERVICE, "cke.service", "stop"));
        assertThat(planned.get(1).changes())
                .extracting(PlannedChange::subject)
                .containsExactly(
                        "/etc/cke/config.yml",
                        "/usr/bin/ckecli sabakan set-template " + dir + "/tmp/neco-cke-template-PLAN.yml",
                        "contents/cke-template",
                        "cke.service",
                        "cke.service");
        assertThat(planned.get(2).changes())
                .contains(new PlannedChange(Kind.COMMAND, "/usr/bin/ckecli resource set -", "run"))
                .contains(new PlannedChange(Kind.ETCD, "contents/user-resources", "record that it was done"));
        assertThat(tree()).isEqualTo(before);
        assertThat(fake.inputs).isEmpty();
        assertThat(store.contentsStatus(ContentsKey.CKE_TEMPLATE)).isEmpty();
    }

    @Test
    void tellsWhyAStepWouldFailAndGoesOn() throws Exception {
        fake.files.deleteIfExists(HostPaths.PRODUCT_SERIAL_FILE);

        List<PlannedStep> planned = plan(new UpdateSerf(), new UpdatePromtail());

        assertThat(planned.get(0).problem())
                .hasValueSatisfying(p -> assertThat(p).contains(HostPaths.PRODUCT_SERIAL_FILE));
        assertThat(planned.get(1).problem()).isEmpty();
    }
}
