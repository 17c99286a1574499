package io.neco.dctest.deb;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bin/operation-cli builds, looked at from outside. */
class OperationCliIT {
    private static final String VERSION = "2022.05.25-1";

    @TempDir
    private static Path directory;

    private static Path tools = Path.of("");
    private static Lab.Result first = new Lab.Result(List.of(), 0, "", "");

    @BeforeAll
    static void build() {
        tools = Tools.directory(directory.resolve("tools"), List.of("yq.exe"));
        first = build("first").orFail();
    }

    @Test
    void printsThePackagesAndWhatTheyLack() {
        assertThat(first.stdout().lines())
                .containsExactly(
                        directory
                                .resolve("first/neco-operation-cli-linux_" + VERSION + "_amd64.deb")
                                .toString(),
                        directory
                                .resolve("first/neco-operation-cli-windows_" + VERSION + "_amd64.zip")
                                .toString(),
                        directory
                                .resolve("first/neco-operation-cli-mac_" + VERSION + "_amd64.zip")
                                .toString());
        assertThat(first.stderr()).contains("windows: without these tools").contains(": yq.exe\n");
    }

    @Test
    void theDebianPackageHasTheToolsOfLinux() {
        Path deb = directory.resolve("first/neco-operation-cli-linux_" + VERSION + "_amd64.deb");

        assertThat(Shell.run("dpkg-deb", "--field", deb.toString(), "Package", "Version", "Architecture")
                        .orFail()
                        .stdout())
                .isEqualTo("Package: neco-operation-cli-linux\nVersion: " + VERSION + "\nArchitecture: amd64\n");
        assertThat(Shell.run("dpkg-deb", "--contents", deb.toString())
                        .orFail()
                        .stdout()
                        .lines()
                        .filter(line -> line.contains(" ./usr/bin/") && !line.endsWith("/")))
                .allMatch(line -> line.startsWith("-rwxr-xr-x root/root "))
                .extracting(line -> line.substring(line.lastIndexOf('/') + 1))
                .containsExactlyInAnyOrderElementsOf(Tools.names("linux", "cli"))
                .contains("kubectl", "argocd", "tsh", "amtool");
        var lintian = Shell.run("lintian", "--fail-on", "error", "--tag-display-limit", "0", deb.toString());
        assertThat(lintian.exitCode()).as(lintian.toString()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"windows", "mac"})
    void theZipsHaveProgramsLicencesAndVersion(String platform) throws IOException {
        Path into = directory.resolve("unpacked-" + platform);

        Shell.run(
                        "unzip",
                        "-q",
                        directory
                                .resolve("first/neco-operation-cli-" + platform + "_" + VERSION + "_amd64.zip")
                                .toString(),
                        "-d",
                        into.toString())
                .orFail();

        List<String> expected = new ArrayList<>(Tools.names(platform, "cli"));
        expected.remove("yq.exe");
        try (var files = Files.list(into.resolve("bin"))) {
            assertThat(files)
                    .allMatch(Files::isExecutable)
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(into.resolve("VERSION")).hasContent(VERSION);
        assertThat(into.resolve("doc/copyright"))
                .content()
                .contains("License: MIT")
                .contains("kubectl");
        assertThat(into.resolve("doc/LICENSE-Apache-2.0"))
                .hasSameTextualContentAs(Shell.sourceTree().resolve("LICENSE"));
    }

    @Test
    void theSameProgramsGiveTheSameBytes() throws IOException {
        List<String> packages = build("second").orFail().stdout().lines().toList();

        assertThat(packages).hasSize(3);
        for (String made : packages) {
            Path second = Path.of(made);
            assertThat(Files.mismatch(second, directory.resolve("first").resolve(second.getFileName())))
                    .as(made)
                    .isEqualTo(-1);
        }
    }

    @Test
    void refusesToPackNothing() throws IOException {
        Path empty = directory.resolve("empty");
        Files.createDirectories(empty.resolve("linux"));

        var result = run("--tools", empty.toString(), "--platform", "linux");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.stderr()).contains("linux: no tool is in " + empty + "/linux");
        assertThat(run("--platform", "amiga").stderr()).contains("amiga is none of linux, windows and mac");
    }

    private static Lab.Result build(String output) {
        return run(
                "--tools",
                tools.toString(),
                "--output",
                directory.resolve(output).toString());
    }

    private static Lab.Result run(String... options) {
        List<String> line = new ArrayList<>(
                List.of(Shell.sourceTree().resolve("bin/operation-cli").toString(), VERSION));
        line.addAll(List.of(options));
        return Shell.run(line.toArray(new String[0]));
    }
}
