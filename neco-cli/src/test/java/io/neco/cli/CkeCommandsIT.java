package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.CommandResult;
import io.neco.store.ConfigKey;
import io.neco.store.EtcdStore;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code cke …} with a real etcd; {@code ckecli} only notes what it is given. */
class CkeCommandsIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    private Path root;

    private ClusterHost host;

    @BeforeEach
    void connect() {
        host = new ClusterHost(root, ETCD.config());
    }

    private String complaint(CommandLineRun neco, String... words) throws IOException {
        Path log = root.resolve("log");
        Files.deleteIfExists(log);
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(0, List.of("--logfile", log.toString()));
        assertThat(neco.run(all.toArray(new String[0]))).isEqualTo(1);
        return Files.readString(log);
    }

    @Test
    void setsShowsAndListsWeights() {
        assertThat(host.neco().run("cke", "weight", "set", "ss", "10")).isZero();
        assertThat(host.neco().run("cke", "weight", "set", "cs", "33.333333")).isZero();

        CommandLineRun list = host.neco();
        assertThat(list.run("cke", "weight", "list")).isZero();
        assertThat(list.out.toString()).isEqualTo("{\"cs\":33.333333,\"ss\":10}\n");
        CommandLineRun get = host.neco();
        assertThat(get.run("cke", "weight", "get", "cs")).isZero();
        assertThat(get.out.toString()).isEqualTo("33.333333\n");
    }

    @Test
    void takesANegativeWeightAfterADoubleDash() {
        assertThat(host.neco().run("cke", "weight", "set", "--", "cs", "-1")).isZero();

        CommandLineRun get = host.neco();
        get.run("cke", "weight", "get", "cs");
        assertThat(get.out.toString()).isEqualTo("-1\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    abc   | strconv.ParseFloat: parsing \\"abc\\": invalid syntax
                    1e999 | strconv.ParseFloat: parsing \\"1e999\\": value out of range
                    NaN   | json: unsupported value: NaN
                    """)
    void refusesAWeightThatIsNoNumberWithoutStoringIt(String weight, String message) throws IOException {
        assertThat(complaint(new CommandLineRun(root), "cke", "weight", "set", "cs", weight))
                .contains(message);
    }

    @Test
    void saysWhatIsNotThere() throws IOException {
        assertThat(complaint(host.neco(), "cke", "weight", "list")).contains("not found: no weight is set");
        assertThat(complaint(host.neco(), "cke", "weight", "get", "cs")).contains("not found: no weight is set");
        host.neco().run("cke", "weight", "set", "ss", "1");
        assertThat(complaint(host.neco(), "cke", "weight", "get", "cs"))
                .contains("no such weight found for role cs (set: ss)");
    }

    @Test
    void saysWhatIsStoredWhenItIsNoWeights() throws Exception {
        host.putRaw("cke/weight", "[1]");

        assertThat(complaint(host.neco(), "cke", "weight", "set", "cs", "1")).contains("cke/weight");
        assertThat(complaint(host.neco(), "cke", "weight", "list")).contains("cke/weight");
    }

    @Test
    void takesNullForNoWeights() throws Exception {
        host.putRaw("cke/weight", "null");

        assertThat(host.neco().run("cke", "weight", "set", "cs", "1")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"cke weight set cs,'accepts 2 arg(s), received 1'", "cke weight get,'accepts 1 arg(s), received 0'"})
    void countsArguments(String line, String message) {
        CommandLineRun neco = new CommandLineRun(root);

        assertThat(neco.run(line.split(" "))).isEqualTo(1);

        assertThat(neco.err.toString()).startsWith("Error: " + message);
    }

    @Test
    void givesCkeTheTemplateWithNameAndWeights() throws IOException {
        share();
        host.neco().run("cke", "weight", "set", "cs", "20");
        try (EtcdStore store = host.store()) {
            store.putConfig(ConfigKey.ENV, "prod");
        }
        List<String> given = new ArrayList<>();
        CommandLineRun neco = host.neco().running(command -> {
            assertThat(command.argv().subList(0, 3)).containsExactly("/usr/bin/ckecli", "sabakan", "set-template");
            given.add(Files.readString(Path.of(command.argv().get(3))));
            return new CommandResult(command, 0, "", "");
        });

        assertThat(neco.run("cke", "update")).isZero();

        assertThat(given).hasSize(1);
        assertThat(given.get(0)).contains("name: gcp0", "weight: \"20.000000\"");
        assertThat(neco.out.toString()).isEmpty();
    }

    @Test
    void tellsWhyTheTemplateWasNotTaken() throws IOException {
        share();

        assertThat(complaint(
                        host.neco().running(command -> new CommandResult(command, 1, "", "not initialized\n")),
                        "cke",
                        "update"))
                .contains("not initialized");
        assertThat(complaint(
                        host.neco().running(command -> {
                            throw new IOException("Cannot run program \"/usr/bin/ckecli\"");
                        }),
                        "cke",
                        "update"))
                .contains("is CKE installed on this boot server?");
        Files.writeString(root.resolve("usr/share/neco/cke-template-pre.yml"), "name: x\n");
        assertThat(complaint(host.neco(), "cke", "update"))
                .contains("/usr/share/neco/cke-template-pre.yml: nodes should be a slice");
    }

    private void share() throws IOException {
        Files.writeString(root.resolve("etc/neco/cluster"), "gcp0\n");
        Files.createDirectories(root.resolve("usr/share/neco"));
        for (String name : List.of("cke-template.yml", "cke-template-pre.yml")) {
            Files.writeString(
                    root.resolve("usr/share/neco/" + name),
                    "nodes:\n- control_plane: false\n  labels:\n    cke.cybozu.com/role: cs\n");
        }
    }
}
