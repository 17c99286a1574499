package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.log.DaemonFlags;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.testing.EtcdCluster;
import io.neco.worker.step.FakeHost;
import io.neco.worker.step.UpdatePlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code neco-worker -plan} on a scratch tree with a real etcd, and without a container engine. */
class PlanCommandIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    Path dir;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private FakeHost fake;

    @BeforeEach
    void prepare() throws IOException {
        fake = new FakeHost(dir, 1);
        write(HostPaths.RACK_FILE, "1\n");
        write("/usr/lib/neco/version", "2022.05.26-2\n");
        write(HostPaths.OS_RELEASE_FILE, "NAME=Ubuntu\nVERSION_ID=22.04\n");
        write(HostPaths.PRODUCT_SERIAL_FILE, "1234\n");
        EtcdConfig config = ETCD.config();
        write(
                HostPaths.NECO_CONFIG_FILE,
                "endpoints:\n- " + config.endpoints().get(0) + "\nprefix: " + config.prefix() + "\n");
        try (EtcdStore store = EtcdStore.open(config)) {
            store.registerBootServer(0);
            store.registerBootServer(2);
        }
    }

    private void write(String path, String text) throws IOException {
        fake.files.write(path, text, FileMode.WORLD_READABLE);
    }

    private int run(String... arguments) {
        DaemonFlags flags = Main.flags();
        List<String> all = new ArrayList<>(List.of("-plan"));
        all.addAll(List.of(arguments));
        flags.parse(all);
        return new PlanCommand(
                        flags,
                        fake.files,
                        fake,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run();
    }

    @Test
    void listsAllStepsForTheInstalledVersionAndAllServers() throws Exception {
        assertThat(run("-output", "json"))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();

        JsonNode plan = new ObjectMapper().readTree(out.toByteArray());
        assertThat(plan.path("version").textValue()).isEqualTo("2022.05.26-2");
        assertThat(plan.path("servers").toString()).isEqualTo("[0,1,2]");
        assertThat(plan.path("steps"))
                .hasSize(UpdatePlan.ofThisRelease().lastStep())
                .extracting(step -> step.path("description").textValue())
                .noneMatch(description -> description.startsWith("see "));
        assertThat(plan.at("/steps/6/changes/0/subject").textValue()).isEqualTo(HostPaths.SERF_TAGS_SCRIPT);
    }

    @Test
    void isReadableForPeopleByDefault() {
        assertThat(run()).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("An update to 2022.05.26-2 of the boot servers [0, 1, 2] would do this on boot server 1:\n")
                .contains("\n16 UpdatePromtail: ")
                .contains("would fail: it would wait for all members of etcd to be healthy and caught up")
                .contains("   file /etc/promtail/promtail.yaml: create, rw-r--r--\n      --- /dev/null\n")
                .contains("      @@ -0,0 +1,");
    }

    @Test
    void saysWhyThereIsNoPlan() throws IOException {
        fake.files.deleteIfExists(HostPaths.NECO_CONFIG_FILE);

        assertThat(run()).isEqualTo(1);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("cannot make a plan: ")
                .contains(HostPaths.NECO_CONFIG_FILE);
        assertThat(out.size()).isZero();
    }

    @Test
    void refusesAnUnknownForm() {
        assertThat(run("-output", "xml")).isEqualTo(2);
    }
}
