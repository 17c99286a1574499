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

/** How bin/deb puts a package together, and when anew: in a copy of the tree, with stand-ins for what takes long (JDK, Maven, training). */
class PackageBuildIT {
    private static final String FIRST = "2022.05.25-1";
    private static final String SECOND = "2022.05.26-2";

    @TempDir
    private Path directory;

    private Path tree;

    @BeforeEach
    void copySources() throws IOException {
        tree = Files.createDirectory(directory.resolve("tree"));
        shell("cd '" + Shell.sourceTree() + "' && cp -a --parents bin debian docs etc ignitions .mvn pom.xml */pom.xml"
                + " LICENSE README.md neco-core/src/main/resources/io/neco/artifact/artifacts.yml '" + tree
                + "' && cd '"
                + tree + "' && mkdir -p {neco-{core,cli,updater,worker},sabakan-state-setter}/src/main");
        program("tree/bin/internal/deb-archive", """
                [ ! -e "$(dirname "$0")/../../no-archive" ] || exit 1
                echo archive >"$2"
                echo classes >"$2.classes"
                """);
        Files.createDirectories(directory.resolve("jdk"));
        Files.writeString(directory.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\nIMPLEMENTOR_VERSION=\"Test\"\n");
        program("jdk/bin/javac", "");
        program("jdk/bin/jar", """
                while [ $# -gt 0 ]; do [ "$1" != --file ] || echo jar >"$2"; shift; done
                """);
        program("jdk/bin/java", """
                case " $* " in
                  *" --list-modules "*) echo java.base@25 ;;
                  *" completion "*) echo '# completion' ;;
                  *" -help "*) printf '  -flag VALUE\\n    \\twhat it means\\n' ;;
                  *.ManualPages*) echo .TH >"${@: -2:1}/neco.1" ;;
                esac
                """);
        program("jdk/bin/jlink", """
                while [ "$1" != --output ]; do shift; done
                mkdir -p "$2"/{bin,conf/security,legal/java.base,lib/server}
                cp "$(dirname "$0")/java" "$2/bin/java"
                printf 'security.provider.1=%s\\n' SUN SunRsaSign SunEC SunJSSE SunJCE >"$2/conf/security/java.security"
                echo licence >"$2/legal/java.base/LICENSE"
                echo GLIBC_2.17 | tee "$2/lib/libjava.so" >"$2/lib/libzip.so"
                """);
        program("programs/mvn", """
                for m in neco-{core,cli,updater,worker} sabakan-state-setter; do mkdir -p $m/target && echo jar >$m/target/$m-1.0.0.jar; done
                for a; do case $a in -DoutputDirectory=*) echo jar | tee "${a#*=}/picocli-4.7.7.jar" >"${a#*=}/jackson-core-2.0.jar" ;; esac; done
                """);
        program("programs/strip", ""); // there is nothing to strip in the libraries above
        program("programs/install", """
                case " $* " in *etc/squid.yml*) [ ! -e "$(dirname "$0")/full" ] || { echo "install: No space left on device" >&2; exit 1; } ;; esac
                PATH=${PATH#*:} exec install "$@"
                """);
    }

    @Test
    void aFileThatCannotBeCopiedEndsTheBuildAndIsInTheNextPackage() throws IOException {
        Path full = Files.createFile(directory.resolve("programs/full"));

        Lab.Result failed = deb(FIRST);

        assertThat(failed.exitCode()).as(failed.toString()).isNotZero();
        assertThat(failed.stderr()).contains("No space left on device");
        assertThat(tree.resolve("build/deb/neco_" + FIRST + "_amd64.deb")).doesNotExist();
        Files.delete(full);
        assertThat(content(deb(SECOND))).contains("./usr/share/neco/squid.yml");
    }

    @Test
    void anArchiveOfClassesThatCouldNotBeMadeIsTriedAgain() throws IOException {
        Path obstacle = Files.createFile(tree.resolve("no-archive"));

        for (String version : new String[] {FIRST, SECOND, FIRST}) {
            Lab.Result slow = deb(version);
            assertThat(content(slow)).doesNotContain("neco.jsa");
            assertThat(slow.stderr()).contains("WARNING: without an archive of loaded classes");
        }
        Files.delete(obstacle);

        Lab.Result fast = deb(FIRST);
        assertThat(content(fast)).contains("./usr/lib/neco/neco.jsa", "./usr/share/doc/neco/classes.gz");
        assertThat(fast.stderr()).doesNotContain("WARNING", "compiling");
    }

    @Test
    void aPageThatHasChangedIsInThePackageOfTheSameVersion() throws IOException {
        deb(FIRST).orFail();
        Files.writeString(tree.resolve("docs/setup.md"), "Changed.\n");

        Lab.Result again = deb(FIRST);

        assertThat(shell("dpkg-deb --fsys-tarfile " + again.stdout().strip()
                        + " | tar -xO ./usr/share/doc/neco/docs/setup.md"))
                .isEqualTo("Changed.\n");
        assertThat(again.stderr()).doesNotContain("compiling");
    }

    @Test
    void theMaintainersNameMayHaveAnyCharacter() {
        String maintainer = "Smith, Jones & Sons \\1 <neco@example.com>";

        Lab.Result result = deb(FIRST, "NECO_MAINTAINER", maintainer);

        String deb = result.orFail().stdout().strip();
        assertThat(shell("dpkg-deb --field " + deb + " Maintainer")).isEqualTo(maintainer + "\n");
        assertThat(shell("dpkg-deb --fsys-tarfile " + deb
                        + " | tar -xO ./usr/share/doc/neco/changelog.Debian.gz | gzip -d"))
                .contains(" -- " + maintainer + "  ");
    }

    private Lab.Result deb(String version, String... variable) {
        Map<String, String> environment = new HashMap<>();
        environment.put("NECO_JDK", directory.resolve("jdk").toString());
        environment.put("NECO_DEB_LEVEL", "1");
        environment.put("PATH", directory.resolve("programs") + ":" + System.getenv("PATH"));
        if (variable.length > 0) {
            environment.put(variable[0], variable[1]);
        }
        return Shell.run(environment, tree.resolve("bin/deb").toString(), version);
    }

    private static String content(Lab.Result deb) {
        return shell("dpkg-deb --contents " + deb.orFail().stdout().strip());
    }

    private void program(String name, String script) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String shell(String line) {
        return Shell.run("bash", "-euo", "pipefail", "-c", line).orFail().stdout();
    }
}
