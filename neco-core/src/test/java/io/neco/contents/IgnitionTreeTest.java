package io.neco.contents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.neco.artifact.ArtifactSet;
import io.neco.sabakan.IgnitionException;
import io.neco.sabakan.IgnitionTemplate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trees that ignition templates are made of say what is there, no more and no less. Source: dctest/ignitions_test.go at 1eec387. */
class IgnitionTreeTest {
    private static final Pattern ACTION = Pattern.compile("\\{\\{-?\\s*(.*?)\\s*-?}}", Pattern.DOTALL);
    private static final Pattern METADATA = Pattern.compile("Metadata\\s+\"([^\"]*)\"");

    /** Every kind of action in use; sabakan understands more, but each new kind deserves a thought and a test on a machine. */
    private static final List<Pattern> KNOWN_ACTIONS = Stream.of(
                    "MyURL",
                    "Metadata \"[a-z0-9_:.-]+\"",
                    "range Metadata \"boot_servers\"",
                    "if eq \\(Metadata \"proxy_url\"\\) \"\"",
                    "else",
                    "end",
                    "\\.",
                    "\\.Spec\\.(Rack|Role|IndexInRack)",
                    "index \\.Spec\\.IPv4 [0-2]",
                    "add 64600 \\.Spec\\.Rack",
                    "\\(index \\.Info\\.Network\\.IPv4 [0-2]\\)\\.(MaskBits|Gateway)",
                    "json \\.Info\\.BMC")
            .map(Pattern::compile)
            .toList();

    /** Bytes of a request that sabakan accepts. */
    private static final int LARGEST_TEMPLATE = 2 << 20;

    @Test
    void everyRoleHasItsSite() throws IOException {
        try (Stream<Path> roles = Files.list(SourceTree.ignitions().resolve("roles"))) {
            assertThat(roles.map(role -> role.getFileName().toString())).containsExactlyInAnyOrder("boot", "cs", "ss");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "cs", "ss"})
    void everyRoleIncludesWhatIsCommon(String role) {
        assertThat(IgnitionSourceTree.ofRole(role))
                .extracting(tree -> tree.file().getFileName().toString())
                .containsExactly("common.yml", "site.yml");
    }

    @Test
    void sourcesHaveOnlyKeysThatAreUnderstood() {
        for (IgnitionSourceTree tree : IgnitionSourceTree.all()) {
            assertThat(tree.source().properties())
                    .extracting(Map.Entry::getKey)
                    .as(tree.file().toString())
                    .isSubsetOf("version", "include", "passwd", "files", "remote_files", "systemd", "networkd");
            for (JsonNode unit : tree.source().path("systemd")) {
                assertThat(unit.properties())
                        .extracting(Map.Entry::getKey)
                        .as(unit.toString())
                        .isSubsetOf("name", "enabled", "mask");
            }
        }
    }

    @Test
    void passwdFilesAreThere() {
        for (IgnitionSourceTree tree : IgnitionSourceTree.all()) {
            String passwd = tree.source().path("passwd").asText();
            if (!passwd.isEmpty()) {
                JsonNode users = Manifest.document(SourceTree.read(tree.file().resolveSibling(passwd)))
                        .path("users");
                assertThat(users).as(passwd).hasSize(1);
                assertThat(users.at("/0/name").asText()).isEqualTo("cybozu");
                assertThat(users.at("/0/groups")).extracting(JsonNode::asText).containsExactly("sudo", "docker");
                assertThat(users.at("/0/sshAuthorizedKeys/0").asText()).isEqualTo("{{ Metadata \"authorized_key\" }}");
            }
        }
    }

    @Test
    void filesListedAreThoseThatAreThere() {
        for (IgnitionSourceTree tree : IgnitionSourceTree.all()) {
            List<String> there = SourceTree.filesBelow(tree.file().resolveSibling("files")).stream()
                    .map(path -> "/" + path)
                    .toList();

            assertThat(tree.files())
                    .as(tree.file().toString())
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(there);
        }
    }

    @Test
    void unitsListedAreThoseThatAreThere() {
        for (IgnitionSourceTree tree : IgnitionSourceTree.all()) {
            assertThat(tree.units())
                    .as(tree.file().toString())
                    .extracting(IgnitionSourceTree.Unit::name)
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(
                            SourceTree.filesBelow(tree.file().resolveSibling("systemd")));
        }
    }

    @Test
    void networkUnitsListedAreThoseThatAreThere() {
        for (IgnitionSourceTree tree : IgnitionSourceTree.all()) {
            assertThat(tree.networkUnits())
                    .as(tree.file().toString())
                    .containsExactlyInAnyOrderElementsOf(
                            SourceTree.filesBelow(tree.file().resolveSibling("networkd")));
        }
    }

    @Test
    void nothingElseIsInTheTrees() {
        var known = new TreeSet<String>();
        for (IgnitionSourceTree tree : IgnitionSourceTree.all()) {
            String directory = SourceTree.ignitions().relativize(tree.file().getParent()) + "/";
            known.add(directory + tree.file().getFileName());
            String passwd = tree.source().path("passwd").asText();
            if (!passwd.isEmpty()) {
                known.add(directory + passwd);
            }
            tree.files().forEach(path -> known.add(directory + "files" + path));
            tree.units().forEach(unit -> known.add(directory + "systemd/" + unit.name()));
            tree.networkUnits().forEach(name -> known.add(directory + "networkd/" + name));
        }

        assertThat(SourceTree.filesBelow(SourceTree.ignitions())).containsExactlyElementsOf(known);
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "cs", "ss"})
    void noFileOrUnitOfARoleIsThereTwice(String role) {
        var files = new ArrayList<String>();
        var units = new ArrayList<String>();
        for (IgnitionSourceTree tree : IgnitionSourceTree.ofRole(role)) {
            files.addAll(tree.files());
            tree.units().forEach(unit -> units.add(unit.name()));
        }

        assertThat(files).doesNotHaveDuplicates();
        assertThat(units).doesNotHaveDuplicates();
    }

    /** sabakan gives a file on a node the mode that it has here. */
    @Test
    void programsAreExecutableAndNothingElseIs() throws IOException {
        for (IgnitionSourceTree tree : IgnitionSourceTree.all()) {
            for (String path : tree.files()) {
                boolean isProgram = SourceTree.read(tree.file(path)).startsWith("#!");
                Set<PosixFilePermission> mode = Files.getPosixFilePermissions(tree.file(path));

                assertThat(mode.contains(PosixFilePermission.OWNER_EXECUTE))
                        .as(path)
                        .isEqualTo(isProgram);
                assertThat(PosixFilePermissions.toString(mode)).as(path).startsWith("rw");
                if (path.startsWith("/opt/")) {
                    assertThat(isProgram).as(path).isTrue();
                }
            }
        }
    }

    @Test
    void everyActionIsClosedAndOfAKnownKind() {
        eachText((name, text) -> {
            assertThat(ACTION.matcher(text).replaceAll("")).as(name).doesNotContain("{{", "}}");
            int open = 0;
            var actions = ACTION.matcher(text);
            while (actions.find()) {
                String action = actions.group(1);
                assertThat(KNOWN_ACTIONS)
                        .as(name + ": " + action)
                        .anyMatch(known -> known.matcher(action).matches());
                if (action.startsWith("if ") || action.startsWith("range ")) {
                    open++;
                } else if (action.equals("end")) {
                    open--;
                    assertThat(open).as(name + ": an end too many").isNotNegative();
                }
            }
            assertThat(open).as(name + ": an end is missing").isZero();
        });
    }

    @Test
    void everyMetadataKeyIsOneThatIsUploaded() {
        var uploaded = new TreeSet<>(
                List.of("authorized_key", "proxy_url", "external_ip_address_block", "boot_servers", "version"));
        for (String suffix : List.of(".img", ".ref")) {
            ArtifactSet.builtIn().images().forEach(image -> uploaded.add(image.name() + suffix));
            SourceTree.CKE_IMAGES.forEach(image -> uploaded.add("cke:" + image + suffix));
        }

        var used = new TreeSet<String>();
        eachText((name, text) -> METADATA.matcher(text).results().forEach(key -> used.add(key.group(1))));

        assertThat(uploaded).containsAll(used);
        assertThat(used)
                .contains("authorized_key", "proxy_url", "external_ip_address_block", "boot_servers", "version");
    }

    @Test
    void everyImageThatSabakanServesIsLoadedByTheNodes() {
        var loaded = new TreeSet<String>();
        eachText((name, text) -> METADATA.matcher(text).results().forEach(key -> loaded.add(key.group(1))));

        assertThat(loaded)
                .containsAll(ArtifactSet.SABAKAN_IMAGES.stream()
                        .map(name -> name + ".img")
                        .toList())
                .containsAll(SourceTree.CKE_IMAGES.stream()
                        .map(name -> "cke:" + name + ".img")
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "cs", "ss"})
    void everyRoleBecomesATemplateThatSabakanHasRoomFor(String role) throws IgnitionException {
        IgnitionTemplate template =
                IgnitionTemplate.build(SourceTree.ignitions().resolve("roles/" + role + "/site.yml"));
        String request = template.request(Map.of());

        assertThat(template.unlisted()).isEmpty();
        assertThat(template.version()).isEqualTo("2.2");
        assertThat(request.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(LARGEST_TEMPLATE / 4);
        int programs = 0;
        int units = 0;
        for (IgnitionSourceTree tree : IgnitionSourceTree.ofRole(role)) {
            programs += (int) tree.files().stream()
                    .filter(path -> Files.isExecutable(tree.file(path)))
                    .count();
            units += tree.units().size() + tree.masked().size();
        }
        JsonNode configuration = Manifest.document(request).path("template");
        assertThat(configuration.at("/storage/files").findValuesAsText("mode"))
                .containsOnly("420", "493")
                .filteredOn("493"::equals)
                .hasSize(programs);
        assertThat(configuration.at("/systemd/units")).hasSize(units);
        assertThat(configuration.at("/passwd/users")).hasSize(1);
        assertThat(configuration.at("/networkd/units")).hasSize(2);
    }

    private interface TextReader {
        void read(String name, String text);
    }

    private static void eachText(TextReader reader) {
        for (String path : SourceTree.filesBelow(SourceTree.ignitions())) {
            reader.read(path, SourceTree.read(SourceTree.ignitions().resolve(path)));
        }
    }
}
