package io.neco.tools.menu;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.tools.Tool;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacematMenuTest {
    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void writesAllFilesWithTheirModes() throws Exception {
        Path key = Files.writeString(dir.resolve("key.pub"), "ssh-ed25519 AAAAC3Nz+/= tester@host\n");
        Path out = Files.createDirectory(dir.resolve("out"));

        int status = run(
                "-f",
                MenuFixture.DCTEST.resolve("menu.yml").toString(),
                "-o",
                out.toString(),
                "--authorized-key",
                key.toString());

        assertThat(status).as(err.toString()).isZero();
        assertThat(out.resolve("cluster.yml")).content().contains("path: \"" + out.resolve("sabakan") + "\"");
        assertThat(out.resolve("seed_boot-2.yml")).content().contains("ssh-ed25519 AAAAC3Nz+/= tester@host");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out.resolve("setup-iptables"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out.resolve("sabakan/machines.json"))))
                .isEqualTo("rw-r--r--");
        try (var files = Files.walk(out)) {
            // 11 of BIRD, 4 seeds, 9 more, and cluster.yml
            assertThat(files.filter(Files::isRegularFile)).hasSize(11 + 4 + 9);
        }
    }

    @Test
    void writesNothingWhenTheMenuIsWrong() throws Exception {
        Path out = Files.createDirectory(dir.resolve("out"));
        Path menu = new MenuFixture(Files.createDirectory(dir.resolve("menu")))
                .menu(MenuFixture.EXAMPLE.replace("spine: 2", "spine: 0"));

        assertThat(run("-f", menu.toString(), "-o", out.toString())).isEqualTo(1);

        assertThat(err.toString())
                .isEqualToIgnoringNewLines("placemat-menu: " + menu
                        + ": document 2 (Inventory): spec.spine must be a whole number from 1 to 32, but is 0");
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void aSeedThatWantsAKeyNeedsOne() throws Exception {
        Path out = Files.createDirectory(dir.resolve("out"));

        assertThat(run("-f", MenuFixture.DCTEST.resolve("menu.yml").toString(), "-o", out.toString()))
                .isEqualTo(1);

        assertThat(err.toString())
                .contains("boot-seed.yml.template: line ")
                .contains("{{.AuthorizedKey}} is not known");
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void refusesWhatIsNoPublicKey() throws Exception {
        Path key = Files.writeString(dir.resolve("key"), "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n");

        assertThat(run(
                        "-f",
                        MenuFixture.DCTEST.resolve("menu.yml").toString(),
                        "-o",
                        dir.toString(),
                        "--authorized-key",
                        key.toString()))
                .isEqualTo(1);

        assertThat(err.toString()).contains("must hold one public SSH key").doesNotContain("secret");
    }

    @Test
    void helpTellsOptionsAndStatus() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("-f=MENU", "-o=DIR", "--authorized-key=FILE", "-h, --help", "Status: 0 done; 1 failed");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void refusesWrongCalls() {
        assertThat(run()).isEqualTo(1);
        assertThat(err.toString()).startsWith("placemat-menu: Missing required option: '-f=MENU'");
        assertThat(run("-f", "x", "-o", dir.resolve("none").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("the output directory " + dir.resolve("none") + " does not exist");
    }

    private int run(String... arguments) {
        return new Tool(new PlacematMenu(), 1).run(new PrintWriter(out), new PrintWriter(err), arguments);
    }
}
