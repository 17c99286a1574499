package io.neco.dctest.deb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bin/deb builds, looked at from outside. */
class PackageContentIT {
    private static final String VERSION = "2022.05.25-1";
    private static final long MEGABYTE = 1_000_000;

    @TempDir
    private static Path directory;

    private static Path deb = Path.of("");
    private static final Map<String, Entry> CONTENT = new TreeMap<>();

    private record Entry(String mode, String owner) {}

    @BeforeAll
    static void build() {
        deb = Shell.deb(VERSION, directory);
        for (String line : Shell.run("dpkg-deb", "--contents", deb.toString())
                .orFail()
                .stdout()
                .split("\n", -1)) {
            String[] field = line.strip().split(" +", 6);
            if (field.length == 6) {
                CONTENT.put(field[5].substring(1), new Entry(field[0], field[1]));
            }
        }
    }

    @Test
    void hasProgramsUnitsAndDataWhereTheReferenceHasThem() {
        assertThat(CONTENT.keySet())
                .contains(
                        "/usr/bin/neco",
                        "/usr/bin/sabakan-state-setter",
                        "/usr/sbin/neco-updater",
                        "/usr/sbin/neco-worker",
                        "/lib/systemd/system/neco-updater.service",
                        "/lib/systemd/system/neco-worker.service",
                        "/lib/systemd/system/cke.service",
                        "/lib/systemd/system/cke-localproxy.service",
                        "/lib/systemd/system/sabakan-state-setter.service",
                        "/lib/systemd/system/node-exporter.service",
                        "/lib/systemd/system/teleport-node.service",
                        "/lib/systemd/system/backup-cke-etcd.service",
                        "/lib/systemd/system/backup-cke-etcd.timer",
                        "/lib/systemd/system/docker-prune.service",
                        "/lib/systemd/system/docker-prune.timer",
                        "/lib/systemd/system/export-unit-status.service",
                        "/lib/systemd/system/export-unit-status.timer",
                        "/lib/systemd/system/kill-old-login-sessions.service",
                        "/lib/systemd/system/kill-old-login-sessions.timer",
                        "/lib/systemd/system/systemd-pstore.service.d/after-local-fs-mount.conf",
                        "/usr/lib/systemd/system.conf.d/50-cybozu.conf",
                        "/usr/lib/pam.d/teleport",
                        "/usr/lib/neco/profile.sh",
                        "/usr/lib/neco/prune-images",
                        "/usr/lib/neco/version",
                        "/usr/lib/neco/after-self-update",
                        "/usr/lib/neco/await-worker",
                        "/usr/lib/neco/resume-upgrade",
                        "/usr/lib/neco/runtime/bin/java",
                        "/usr/lib/neco/lib/neco-core.jar",
                        "/usr/lib/neco/neco.jsa",
                        "/usr/share/neco/site.yml",
                        "/usr/share/neco/artifacts.yml",
                        "/usr/libexec/neco/",
                        "/usr/share/bash-completion/completions/neco",
                        "/usr/share/doc/neco/LICENSE",
                        "/usr/share/doc/neco/README.md.gz",
                        "/usr/share/doc/neco/docs/setup.md",
                        "/usr/share/doc/neco/docs/update.md",
                        "/usr/share/doc/neco/copyright");
    }

    @Test
    void bringsNothingIntoEtc() {
        assertThat(CONTENT.keySet()).noneMatch(path -> path.startsWith("/etc"));
    }

    @Test
    void hasTheContentsOfTheSourcesWithTheirModes() throws IOException {
        Map<String, String> expected = new TreeMap<>();
        for (String directory : List.of("etc", "ignitions")) {
            Path top = Shell.sourceTree().resolve(directory);
            try (Stream<Path> files = Files.walk(top)) {
                files.filter(Files::isRegularFile)
                        .forEach(file -> expected.put(
                                "/usr/share/neco/" + (directory.equals("etc") ? "" : "ignitions/")
                                        + top.relativize(file),
                                Files.isExecutable(file) ? "-rwxr-xr-x" : "-rw-r--r--"));
            }
        }
        expected.put("/usr/share/neco/artifacts.yml", "-rw-r--r--");

        Map<String, String> packaged = new TreeMap<>();
        CONTENT.forEach((path, entry) -> {
            if (path.startsWith("/usr/share/neco/") && !path.endsWith("/")) {
                packaged.put(path, entry.mode());
            }
        });

        assertThat(packaged).isEqualTo(expected);
    }

    @Test
    void unitsOfProgramsThatMayBeMissingAreSkippedWithoutThem() {
        Map.of(
                        "cke", "/usr/sbin/cke",
                        "cke-localproxy", "/usr/sbin/cke-localproxy")
                .forEach((unit, program) -> assertThat(Shell.run(
                                        "sh",
                                        "-c",
                                        "dpkg-deb --fsys-tarfile " + deb + " | tar -xO ./lib/systemd/system/" + unit
                                                + ".service")
                                .orFail()
                                .stdout()
                                .lines())
                        .as(unit)
                        .contains("ConditionFileIsExecutable=" + program, "Restart=on-failure")
                        .anyMatch(line -> line.startsWith("ExecStart=" + program + " ")));
    }

    @Test
    void servicesThatUpdatesStartAreNeverGivenUp() {
        for (String unit : List.of(
                "etcd-container",
                "vault",
                "serf",
                "setup-hw",
                "etcdpasswd",
                "sabakan",
                "cke",
                "cke-localproxy",
                "ep-agent",
                "promtail")) {
            assertThat(Shell.run(
                                    "sh",
                                    "-c",
                                    "dpkg-deb --fsys-tarfile " + deb + " | tar -xO ./lib/systemd/system/" + unit
                                            + ".service.d/10-neco-keep-trying.conf")
                            .orFail()
                            .stdout()
                            .lines())
                    .as(unit)
                    .containsSequence("[Unit]", "StartLimitIntervalSec=0");
        }
    }

    @Test
    void everyFileBelongsToRootAndNobodyElseMayWriteIt() {
        assertThat(CONTENT).isNotEmpty().allSatisfy((path, entry) -> {
            assertThat(entry.owner()).as(path).isEqualTo("root/root");
            assertThat(entry.mode()).as(path).isIn("drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--");
        });
    }

    @Test
    void onlyProgramsAreExecutable() {
        var executable = new ArrayList<String>();
        CONTENT.forEach((path, entry) -> {
            boolean isForNodes = path.startsWith("/usr/share/neco/ignitions/") || path.startsWith("/usr/libexec/neco/");
            if (entry.mode().startsWith("-rwx") && !isForNodes) {
                executable.add(path);
            }
        });

        assertThat(executable)
                .containsExactlyInAnyOrder(
                        "/usr/bin/neco",
                        "/usr/bin/rmresf",
                        "/usr/bin/rmresmeta",
                        "/usr/bin/sabakan-state-setter",
                        "/usr/lib/neco/after-self-update",
                        "/usr/lib/neco/await-worker",
                        "/usr/lib/neco/prune-images",
                        "/usr/lib/neco/resume-upgrade",
                        "/usr/lib/neco/runtime/bin/java",
                        "/usr/lib/neco/runtime/lib/jspawnhelper",
                        "/usr/sbin/backup-cke-etcd",
                        "/usr/sbin/export-unit-status",
                        "/usr/sbin/kill-old-login-sessions",
                        "/usr/sbin/neco-updater",
                        "/usr/sbin/neco-worker");
    }

    @Test
    void isSmallerThanSeventyMegabytes() throws IOException {
        assertThat(Files.size(deb)).isLessThan(70 * MEGABYTE);
    }

    @Test
    void noSharedLibraryHasSymbolsThatNobodyLinksWith() {
        var libraries = Shell.run(
                        "sh",
                        "-ec",
                        "d=$(mktemp -d); trap 'rm -rf $d' EXIT; dpkg-deb --fsys-tarfile " + deb
                                + " | tar -x -C $d --wildcards '*.so'; find $d -name '*.so' -exec file -b {} +")
                .orFail()
                .stdout()
                .lines()
                .toList();

        assertThat(libraries).hasSizeGreaterThan(5).allMatch(line -> line.contains(", stripped"));
    }

    @Test
    void tellsItsVersionInControlFileAndVersionFile() {
        var field = Shell.run("dpkg-deb", "--field", deb.toString(), "Package", "Version", "Architecture")
                .orFail();
        var file = Shell.run("sh", "-c", "dpkg-deb --fsys-tarfile " + deb + " | tar -xO ./usr/lib/neco/version")
                .orFail();

        assertThat(field.stdout()).isEqualTo("Package: neco\nVersion: " + VERSION + "\nArchitecture: amd64\n");
        assertThat(file.stdout()).isEqualTo(VERSION + "\n");
    }

    @Test
    void hasTheUnitsOfTheReferenceAndTakesTheExitStatusOfSigtermAsSuccess() {
        // only the worker is waited for, by the updater
        Map<String, String> types = Map.of("updater", "simple", "worker", "exec");
        for (String program : types.keySet()) {
            var unit = Shell.run(
                            "sh",
                            "-c",
                            "dpkg-deb --fsys-tarfile " + deb + " | tar -xO ./lib/systemd/system/neco-" + program
                                    + ".service")
                    .orFail();

            assertThat(unit.stdout().lines())
                    .contains(
                            "Description=neco " + program,
                            "Wants=network-online.target",
                            "ConditionPathExists=/etc/neco/config.yml",
                            "StartLimitIntervalSec=600s",
                            "StartLimitBurst=30",
                            "Type=" + types.get(program),
                            "ExecStart=/usr/sbin/neco-" + program,
                            "Restart=on-failure",
                            "RestartForceExitStatus=SIGPIPE",
                            "RestartSec=1s",
                            "SuccessExitStatus=143",
                            "WantedBy=multi-user.target")
                    .anyMatch(line -> line.startsWith("After=network-online.target"));
        }
    }

    private static String manual(String page) {
        return Shell.run(
                        "sh",
                        "-c",
                        "dpkg-deb --fsys-tarfile " + deb + " | tar -xO ./usr/share/man/" + page + ".gz | gzip -d")
                .orFail()
                .stdout();
    }

    @Test
    void lintianFindsNoErrorsAndNothingAboutManualPages() {
        var lintian = Shell.run("lintian", "--fail-on", "error", "--tag-display-limit", "0", deb.toString());

        assertThat(lintian.exitCode()).as(lintian.toString()).isZero();
        assertThat(lintian.stdout()).doesNotContain("man-page", "manual-page", "whatis", "groff-message");
    }

    @Test
    void everyProgramHasAManualPageThatTellsItsFlags() {
        CONTENT.keySet().stream()
                .filter(path -> path.matches("/usr/s?bin/[^/]+"))
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .forEach(name -> assertThat(CONTENT.keySet())
                        .as(name)
                        .containsAnyOf(
                                "/usr/share/man/man1/" + name + ".1.gz", "/usr/share/man/man8/" + name + ".8.gz"));
        assertThat(CONTENT.keySet()).contains("/usr/share/man/man1/neco-config-set.1.gz");
        assertThat(manual("man8/neco-worker.8"))
                .contains("\\fB\\-config\\fR \\fIVALUE\\fR\nhow to reach etcd")
                .contains("\\fB\\-plan\\fR\n")
                .doesNotContain("@");
        assertThat(manual("man8/sabakan-state-setter.8")).contains("\\fB\\-dry\\-run\\fR\n");
    }

    @Test
    void sameVersionHasTheSameBytes() throws IOException {
        Path again = Files.createDirectory(directory.resolve("again"));

        Path second = Shell.deb(VERSION, again);

        assertThat(Files.mismatch(deb, second)).isEqualTo(-1);
    }

    @Test
    void anotherPlaceWithNothingCachedGivesTheSameBytes() throws IOException {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Shell.run(
                        "sh",
                        "-c",
                        "cd '" + Shell.sourceTree()
                                + "' && tar --exclude=./build --exclude=./.git --exclude=target -cf - ." + " | tar -C '"
                                + elsewhere + "' -xf -")
                .orFail();

        Shell.run(elsewhere.resolve("bin/deb").toString(), VERSION, "--like", deb.toString())
                .orFail();

        Path second = elsewhere.resolve("build/deb/" + deb.getFileName());
        assertThat(Files.mismatch(deb, second)).as("first byte that differs").isEqualTo(-1);
    }

    @Test
    void refusesWhatIsNotADebianVersion() {
        for (String version : List.of("latest", "2022.05.25_1", "1 2", "../1")) {
            var result = Shell.run(Shell.sourceTree().resolve("bin/deb").toString(), version);

            assertThat(result.exitCode()).as(version).isEqualTo(1);
            assertThat(result.stderr()).contains("VERSION '" + version + "' is not a Debian version");
        }
    }
}
