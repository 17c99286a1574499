package io.neco.cke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.artifact.ArtifactSet;
import io.neco.host.Command;
import io.neco.host.CommandFailedException;
import io.neco.host.CommandResult;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.store.ConfigKey;
import io.neco.store.EtcdStore;
import io.neco.store.NecoStore;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Settings from a real etcd, files from a scratch tree; {@code ckecli} only notes what it is given. */
class CkeContentsIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    Path dir;

    private final List<String> commands = new ArrayList<>();
    private final List<String> given = new ArrayList<>();
    private final Map<String, CommandResult> answers = new HashMap<>();
    private String images = "quay.io/cybozu/unbound:1.15.0.1\nquay.io/cybozu/unbound_exporter:0.4.1.4\n";
    private HostFiles files;
    private NecoStore store;
    private CkeContents contents;

    @BeforeEach
    void prepare() throws IOException {
        files = new HostFiles(new HostRoot(dir));
        store = EtcdStore.open(ETCD.config());
        contents = new CkeContents(files, this::ckecli, ArtifactSet.builtIn());
        files.write("/etc/neco/cluster", "gcp0\n", FileMode.WORLD_READABLE);
        share("cke-template.yml", "kind: prod\nnodes: []\n");
        share(
                "cke-template-pre.yml",
                "kind: pre\nnodes:\n- control_plane: false\n  labels:\n" + "    cke.cybozu.com/role: cs\n");
        for (String name : List.of("namespaces.yml", "coil.yaml", "unbound.yml", "squid.yml", "cilium.yaml")) {
            share(name, "file: " + name + "\nimage: {{ .squid }}\n");
        }
        share("cilium-pre.yaml", "block: \"{{ .lbAddressDefault }}\"\nimage: {{ index . \"cke-unbound\" }}\n");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void share(String name, String text) throws IOException {
        files.write("/usr/share/neco/" + name, text, FileMode.WORLD_READABLE);
    }

    private CommandResult ckecli(Command command) throws IOException {
        String line = String.join(" ", command.argv());
        commands.add(line);
        command.stdin().ifPresent(given::add);
        if (line.startsWith("/usr/bin/ckecli sabakan set-template ")) {
            given.add(Files.readString(Path.of(command.argv().get(3))));
        }
        for (Map.Entry<String, CommandResult> answer : answers.entrySet()) {
            if (line.startsWith(answer.getKey())) {
                return answer.getValue();
            }
        }
        return new CommandResult(command, 0, line.endsWith("images") ? images : "", "");
    }

    private void fail(String beginning) {
        answers.put(beginning, new CommandResult(Command.of(beginning), 3, "", "boom"));
    }

    private List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> list = Files.list(dir.resolve("tmp"))) {
            return list.toList();
        }
    }

    @Test
    void givesTheTemplateOfTheEnvironmentWithNameAndWeights() throws Exception {
        store.putCkeWeights(new TreeMap<>(Map.of("cs", 20.0)));

        assertThat(contents.setTemplate(store)).isEqualTo("/usr/share/neco/cke-template-pre.yml");

        assertThat(given).hasSize(1);
        assertThat(given.get(0)).contains("kind: pre", "name: gcp0", "cke.cybozu.com/weight: \"20.000000\"");
        assertThat(temporaryFiles()).isEmpty();

        store.putConfig(ConfigKey.ENV, "prod");
        contents.setTemplate(store);
        assertThat(given.get(1)).isEqualTo("kind: prod\nname: gcp0\nnodes: []\n");
    }

    @Test
    void leavesNoTemporaryFileWhenCkecliFails() throws Exception {
        fail("/usr/bin/ckecli sabakan");

        assertThatThrownBy(() -> contents.setTemplate(store))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("failed with exit status 3: boom");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void saysWhichTemplateIsMissing() throws Exception {
        files.deleteIfExists("/usr/share/neco/cke-template-pre.yml");

        assertThatThrownBy(() -> contents.setTemplate(store))
                .isInstanceOf(InvalidTemplateException.class)
                .hasMessageStartingWith("/usr/share/neco/cke-template-pre.yml is missing");
        assertThat(commands).isEmpty();
    }

    @Test
    void givesResourcesInOrderWithImagesAndAddresses() throws Exception {
        store.putConfig(ConfigKey.LB_ADDRESS_BLOCK_DEFAULT, "10.72.32.0/20");

        contents.setResources(store);

        assertThat(given)
                .containsExactly(
                        "file: namespaces.yml\nimage: quay.io/cybozu/squid:5.4.1.1\n",
                        "block: \"10.72.32.0/20\"\nimage: quay.io/cybozu/unbound:1.15.0.1\n",
                        "file: coil.yaml\nimage: quay.io/cybozu/squid:5.4.1.1\n",
                        "file: unbound.yml\nimage: quay.io/cybozu/squid:5.4.1.1\n",
                        "file: squid.yml\nimage: quay.io/cybozu/squid:5.4.1.1\n");
        assertThat(commands).contains("/usr/bin/ckecli resource set -");
    }

    @Test
    void givesNoResourceWhenOneCannotBeRendered() throws Exception {
        share("squid.yml", "a: b\nimage: {{ .sqiud }}\n");

        assertThatThrownBy(() -> contents.setResources(store))
                .isInstanceOf(InvalidTemplateException.class)
                .hasMessageStartingWith("/usr/share/neco/squid.yml:2: {{ .sqiud }} names sqiud, which is not known");
        assertThat(given).isEmpty();
    }

    @Test
    void stopsAtTheFirstResourceCkeRefuses() {
        fail("/usr/bin/ckecli resource");

        assertThatThrownBy(() -> contents.setResources(store)).hasMessageContaining("boom");
        assertThat(given).hasSize(1);
    }

    @Test
    void saysWhatItDoesNotUnderstandInTheListOfImages() {
        images = "quay.io/cybozu/unbound:1.15.0.1\n\n";

        assertThatThrownBy(() -> contents.setResources(store))
                .hasMessage("`/usr/bin/ckecli images` printed something else than images, one REPOSITORY:TAG a line:"
                        + " invalid image name: ");
    }

    @Test
    void saysThatCkecliIsNotThere() {
        CkeContents without = new CkeContents(
                files,
                command -> {
                    throw new IOException("Cannot run program \"/usr/bin/ckecli\": error=2, No such file or directory");
                },
                ArtifactSet.builtIn());

        assertThatThrownBy(() -> without.setTemplate(store))
                .hasMessageStartingWith("/usr/bin/ckecli cannot be run")
                .hasMessageEndingWith("is CKE installed on this boot server?");
    }
}
