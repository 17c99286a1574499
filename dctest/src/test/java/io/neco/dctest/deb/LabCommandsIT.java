package io.neco.dctest.deb;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of bin/lab that need no lab, in a tree of their own, with a container engine that says what the test wants. */
class LabCommandsIT {
    @TempDir
    private Path directory;

    private Path tree;

    @BeforeEach
    void copyScripts() throws IOException {
        tree = Files.createDirectory(directory.resolve("tree"));
        Shell.run(
                        "sh",
                        "-ec",
                        "cd '" + Shell.sourceTree() + "'; cp -a --parents bin/lab bin/internal dctest/lab"
                                + " neco-core/src/main/resources/io/neco/artifact/artifacts.yml '" + tree + "'")
                .orFail();
        Files.createDirectory(directory.resolve("programs"));
    }

    @Test
    void aPackageThatCannotBeMadeOfOtherArtifactsIsNotPublished() throws IOException {
        engineOfALab();
        // there is no file of nodes to change
        program(
                "tree/bin/deb",
                "while [ \"$1\" != --output ]; do shift; done; mkdir -p \"$2\"; echo >\"$2/neco_1-2_amd64.deb\"");

        Lab.Result result = run(Map.of(), tree.resolve("bin/lab").toString(), "release", "1-2", "--next-artifacts");

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.stderr()).contains("/etc/fstab: No such file or directory");
        assertThat(result.stdout()).doesNotContain("is published");
    }

    @Test
    void aLabThatIsNotUpSaysSo() throws IOException {
        program("programs/docker", "[ \"$1\" = version ]");

        assertThat(run(Map.of(), tree.resolve("bin/lab").toString(), "status").stderr())
                .contains("lab 'necocommands' is not up: run bin/lab up");
    }

    @Test
    void everybodyMayReadImagesWhateverTheUmask() {
        Path root = directory.resolve("image");

        script("umask 077; . $here/lib.sh; . $here/images.sh; image_root " + root)
                .orFail();

        String modes = Shell.run("find", root.toString(), "-printf", "%m %P\\n")
                .orFail()
                .stdout();
        assertThat(modes).contains("755 \n", "755 usr/bin\n", "644 etc/passwd\n", "1777 tmp\n", "755 bin/busybox\n");
    }

    @Test
    void aCertificateServesItsAddressAndItsAuthorityOnly() throws IOException {
        String authority = ". $here/lib.sh; . $here/build.sh; build_ca; ";
        String serves = "certificate_serves " + directory + "/internet.crt ";

        script(authority + "certificate " + directory + " internet IP:172.30.1.2,IP:172.30.1.3; " + serves
                        + "172.30.1.2")
                .orFail();

        assertThat(script(authority + serves + "172.30.2.2").exitCode()).isNotZero();
        Shell.run("rm", "-r", directory.resolve("cache").toString()).orFail();
        Files.createDirectory(directory.resolve("cache"));
        assertThat(script(authority + serves + "172.30.1.2").exitCode()).isNotZero();
        assertThat(script(authority + "rm " + directory + "/internet.crt; " + serves + "172.30.1.2")
                        .exitCode())
                .isNotZero();
    }

    @Test
    void imagesAreNotPushedThroughAProxy() throws IOException {
        program("programs/docker", "");
        program("programs/skopeo", "env");

        Lab.Result result = run(
                Map.of("http_proxy", "http://proxy:3128", "HTTPS_PROXY", "http://proxy:3128"),
                "bash",
                "-euc",
                "repo=" + tree + "; . $repo/dctest/lab/lib.sh; . $here/images.sh; scratch_directory() { mktemp -d "
                        + directory + "/XXXXXX; }; push_image a 127.0.0.1:5000/a");

        assertThat(result.orFail().stdout()).contains("PATH=").doesNotContain("http://proxy:3128");
    }

    private Lab.Result script(String commands) {
        return run(Map.of(), "bash", "-euo", "pipefail", "-c", "repo=" + tree + "; here=$repo/dctest/lab; " + commands);
    }

    private Lab.Result run(Map<String, String> more, String... command) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("NECO_LAB", "necocommands");
        environment.put("NECO_LAB_CACHE", directory.resolve("cache").toString());
        environment.put("NECO_LAB_STATE", directory.resolve("state").toString());
        environment.put("PATH", directory.resolve("programs") + ":" + System.getenv("PATH"));
        return Shell.run(environment, command);
    }

    private void engineOfALab() throws IOException {
        program("programs/docker", "case $1 in container) echo running ;; esac");
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/bash\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
