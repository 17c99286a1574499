package io.neco.dctest.deb;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bin/deb makes of a directory with the programs of others. */
class PackageToolsIT {
    private static final String VERSION = "2022.05.25-1";

    @TempDir
    private static Path directory;

    private static Path deb = Path.of("");
    private static String said = "";
    private static final Map<String, String> MODES = new TreeMap<>();

    @BeforeAll
    static void build() {
        Path tools = Tools.directory(directory.resolve("tools"), List.of("hubble"));
        Lab.Result result = build(tools).orFail();
        said = result.stderr();
        deb = directory.resolve("neco_" + VERSION + "_amd64.deb");
        for (String line : Shell.run("dpkg-deb", "--contents", deb.toString())
                .orFail()
                .stdout()
                .split("\n", -1)) {
            String[] field = line.strip().split(" +", 6);
            if (field.length == 6) {
                MODES.put(field[5].substring(1), field[0] + " " + field[1]);
            }
        }
    }

    @Test
    void putsProgramsWhereTheUnitsAndOperatorsFindThem() {
        List<String> expected = new ArrayList<>();
        Tools.names("linux", "bin").forEach(name -> expected.add("/usr/bin/" + name));
        Tools.names("linux", "sbin").forEach(name -> expected.add("/usr/sbin/" + name));
        expected.remove("/usr/bin/hubble");

        assertThat(expected).contains("/usr/bin/ckecli", "/usr/sbin/cke", "/usr/sbin/teleport", "/usr/bin/kubectl");
        assertThat(expected).allSatisfy(path -> assertThat(MODES).containsEntry(path, "-rwxr-xr-x root/root"));
    }

    @Test
    void leavesOutWhatIsNotThereAndSaysSo() {
        assertThat(MODES).doesNotContainKey("/usr/bin/hubble");
        assertThat(said)
                .contains("without these tools, which are not in " + directory.resolve("tools/linux") + ": hubble\n");
    }

    @Test
    void asksTheProgramsForTheirCompletionAndGoesWithoutWhereTheyDoNotRun() {
        assertThat(file("usr/share/bash-completion/completions/ckecli")).isEqualTo("ckecli completion\n");
        assertThat(file("usr/share/bash-completion/completions/stern")).isEqualTo("stern --completion bash\n");
        assertThat(MODES).doesNotContainKey("/usr/share/bash-completion/completions/kubectl");
        assertThat(said).contains("without completion for kubectl");
    }

    @Test
    void nodesGetNodeExporterAndTheToolsOfOperators() {
        assertThat(MODES.keySet()).contains("/usr/libexec/neco/node_exporter -> ../../sbin/node_exporter");

        String listing = Shell.run(
                        "sh",
                        "-c",
                        "dpkg-deb --fsys-tarfile " + deb
                                + " | tar -xO ./usr/libexec/neco/neco-operation-cli.tgz | tar -tvz --numeric-owner")
                .orFail()
                .stdout();

        List<String> expected = new ArrayList<>(Tools.names("linux", "cli"));
        expected.remove("hubble");
        assertThat(listing.lines().filter(line -> line.startsWith("-")))
                .allMatch(line -> line.startsWith("-rwxr-xr-x 0/0 "))
                .extracting(line -> line.substring(line.lastIndexOf('/') + 1))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void lintianFindsNoErrors() {
        var lintian = Shell.run("lintian", "--fail-on", "error", "--tag-display-limit", "0", deb.toString());

        assertThat(lintian.exitCode()).as(lintian.toString()).isZero();
    }

    @Test
    void refusesADirectoryWithWhatItDoesNotKnow() {
        Path wrongName = directory.resolve("wrong");
        Path wrongPlace = directory.resolve("flat");
        Tools.fake(wrongName.resolve("linux"), "kubctl");
        Tools.fake(wrongPlace, "kubectl");

        assertThat(build(wrongName).stderr())
                .contains("--tools: " + wrongName + "/linux/kubctl is not in debian/tools");
        assertThat(build(wrongPlace).stderr())
                .contains("--tools: " + wrongPlace + "/kubectl is none of the directories linux, windows and mac");
        assertThat(build(directory.resolve("nowhere")).stderr()).contains("/nowhere is no directory");
    }

    private static Lab.Result build(Path tools) {
        return Shell.run(
                Shell.sourceTree().resolve("bin/deb").toString(),
                VERSION,
                "--output",
                directory.toString(),
                "--tools",
                tools.toString());
    }

    private static String file(String path) {
        return Shell.run("sh", "-c", "dpkg-deb --fsys-tarfile " + deb + " | tar -xO ./" + path)
                .orFail()
                .stdout();
    }
}
