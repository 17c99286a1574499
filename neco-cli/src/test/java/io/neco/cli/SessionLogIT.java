package io.neco.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code neco session-log start} as sshd runs it: a process, with what the client asked for in its environment. */
class SessionLogIT {
    private static final String CTRL_C = "\003";

    @TempDir
    private Path root;

    private Path sessions;

    @BeforeEach
    void makeDirectoryForRecords() throws IOException {
        sessions = Files.createDirectory(root.resolve("tmp"));
    }

    @Test
    void exitsAsTheSessionDidAlsoWithoutARecord() throws Exception {
        Files.delete(sessions);

        try (NecoProcess neco = asked("exit 7")) {
            assertThat(neco.exitStatus()).isEqualTo(7);
            assertThat(neco.said())
                    .startsWith("failed to create tmp dir: ")
                    .endsWith("continuing without session recording...\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "C,           \\303\\251, c3a9",
        "C,           \\201,      81",
        "C.UTF-8,     \\351,      e9",
        "xx_XX.UTF-8, \\351\\303, e9c3"
    })
    void bytesThatTheLocaleHasNoCharactersForStayWhatTheyAre(String locale, String octal, String hex) throws Exception {
        try (NecoProcess neco = start("export LC_ALL=" + locale + " SSH_ORIGINAL_COMMAND=$'echo " + octal
                + "$LC_ALL | od -An -tx1 | tr -d \" \\n\"';")) {
            assertThat(neco.exitStatus()).isZero();
            assertThat(neco.said()).contains(hex + HexFormat.of().formatHex(locale.getBytes(US_ASCII)) + "0a");
            assertThat(HexFormat.of().formatHex(Files.readAllBytes(record().resolve("SSH_ORIGINAL_COMMAND"))))
                    .startsWith(HexFormat.of().formatHex("echo ".getBytes(US_ASCII)) + hex + "24");
        }
    }

    @Test
    void scpTakesNamesThatTheLocaleHasNoCharactersFor() throws Exception {
        try (NecoProcess neco =
                start("cd " + sessions + "; export LC_ALL=C SSH_ORIGINAL_COMMAND=$'scp -t; : >\\303\\251';")) {
            assertThat(neco.exitStatus()).isZero();
            assertThat(sessions.resolve("é")).exists();
        }
    }

    @ParameterizedTest
    @CsvSource({"'trap \"echo CAUGHT; exit 3\" INT', 3, CAUGHT", "'true', 130, ready"})
    void ctrlCIsTheProgramsBusinessAndTheRecordIsSentAfterItsEnd(String before, int status, String said)
            throws Exception {
        List<String> onTerminal = List.of(
                "bash",
                "-c",
                "export SSH_ORIGINAL_COMMAND='" + before + "; echo ready; while true; do sleep 0.1; done'"
                        + "; exec script --quiet --flush --return --command \"exec $*\" /dev/null",
                "-");

        try (NecoProcess neco = NecoProcess.start(onTerminal, root, "session-log", "start")) {
            neco.awaitText("ready").type(CTRL_C);

            assertThat(neco.exitStatus()).isEqualTo(status);
            assertThat(neco.said()).contains(said).contains("failed to put session log: ");
        }
    }

    @Test
    void ctrlCAfterTheProgramsEndDoesNotKeepTheRecordFromBeingSent() throws Exception {
        try (NecoProcess neco =
                asked("(until compgen -G \"" + sessions + "/*/*.tar.gz\"; do :; done; kill -INT $PPID) & exit 3")) {
            assertThat(neco.exitStatus()).isEqualTo(3);
            assertThat(neco.said()).contains("failed to put session log: ");
        }
    }

    @Test
    void leavesNothingBehindWhenTheRecordCannotBeWritten() throws Exception {
        try (NecoProcess neco = start("ulimit -f 1; SSH_ORIGINAL_COMMAND=\"exit 7; $(printf '%2000s' x)\""
                + "; export SSH_ORIGINAL_COMMAND;")) {
            assertThat(neco.exitStatus()).isEqualTo(7);
            assertThat(neco.said()).contains("continuing without session recording...\n");
            assertThat(sessions).isEmptyDirectory();
        }
    }

    private NecoProcess asked(String command) {
        return start("export SSH_ORIGINAL_COMMAND='" + command + "';");
    }

    /** Starts it after {@code preparation} by a shell. */
    private NecoProcess start(String preparation) {
        return NecoProcess.start(
                List.of("bash", "-c", preparation + " exec \"$@\"", "-"), root, "session-log", "start");
    }

    private Path record() throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(sessions)) {
            return all.iterator().next();
        }
    }
}
