package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.ConfigKey;
import io.neco.store.EtcdStore;
import io.neco.store.SecretKey;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code neco} started by the launcher of the package, in locales that know only ASCII. */
class LauncherIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    private static final String JAVA = "/usr/lib/neco/runtime/bin/java @/usr/lib/neco/@NAME@.options @MAIN@ ";
    private static final String PASSWORD = "pä€";
    private static final String PASSWORD_IN_BASH = "$'p\\303\\244\\342\\202\\254'";
    private static final String LATIN_1_IN_BASH = "$'p\\344'";

    @TempDir
    private Path root;

    private ClusterHost host;
    private Path launcher;

    @BeforeEach
    void makeHost() throws IOException {
        host = new ClusterHost(root, ETCD.config());
        Files.createDirectories(root.resolve("tmp"));
        String text = Files.readString(Path.of("..", "debian", "launcher"));
        assertThat(text).contains(JAVA);
        launcher = Files.writeString(root.resolve("launcher"), text.replace(JAVA, ""));
    }

    @Test
    void anArgumentKeepsItsCharacters() throws Exception {
        try (NecoProcess neco =
                start("LC_ALL=C exec sh $0 \"$@\" " + PASSWORD_IN_BASH, "bmc", "config", "set", "ipmi-password")) {
            assertThat(neco.exitStatus()).as(neco.said()).isZero();
        }
        try (EtcdStore store = host.store()) {
            assertThat(store.secret(SecretKey.IPMI_PASSWORD)).contains(PASSWORD);
        }
    }

    @Test
    void aVariableKeepsItsCharacters() throws Exception {
        try (NecoProcess neco = start(
                "export QUAY_PASSWORD=" + PASSWORD_IN_BASH + "; LC_ALL=C exec sh $0 \"$@\"",
                "config",
                "set",
                "quay-password")) {
            assertThat(neco.exitStatus()).as(neco.said()).isZero();
        }
        try (EtcdStore store = host.store()) {
            assertThat(store.config(ConfigKey.QUAY_PASSWORD)).contains(PASSWORD);
        }
    }

    @Test
    void whatIsTypedKeepsItsCharacters() throws Exception {
        try (NecoProcess neco = start(
                "LC_ALL=C exec script --quiet --flush --return --command \"sh $0 $*\" /dev/null",
                "bmc",
                "config",
                "set",
                "ipmi-password",
                "-")) {
            neco.awaitText("Value: ").type(PASSWORD + "\n");

            assertThat(neco.exitStatus()).as(neco.said()).isZero();
        }
        try (EtcdStore store = host.store()) {
            assertThat(store.secret(SecretKey.IPMI_PASSWORD)).contains(PASSWORD);
        }
    }

    @Test
    void anArgumentThatIsNoTextIsRefused() throws Exception {
        try (NecoProcess neco = start("exec sh $0 \"$@\" " + LATIN_1_IN_BASH, "bmc", "config", "set", "ipmi-user")) {
            assertThat(neco.exitStatus()).isEqualTo(1);
            assertThat(neco.said()).startsWith("Error: argument 5 has bytes that are no UTF-8 text");
        }
    }

    @ParameterizedTest
    @CsvSource({"export LC_ALL=POSIX,[POSIX] []", "unset LC_ALL,[none] []"})
    void aSessionHasTheLocaleOfItsCaller(String preparation, String seen) throws Exception {
        try (NecoProcess neco = start(
                preparation + "; export SSH_ORIGINAL_COMMAND='echo \"[${LC_ALL-none}] [${NECO_CALLERS_LC_ALL-}]\"'"
                        + "; exec sh $0 \"$@\"",
                "session-log",
                "start")) {
            assertThat(neco.exitStatus()).isZero();
            assertThat(neco.said()).startsWith(seen + "\n");
        }
    }

    /** @param script of bash; {@code $0} is the launcher */
    private NecoProcess start(String script, String... arguments) {
        return NecoProcess.start(List.of("bash", "-c", script, launcher.toString()), root, arguments);
    }
}
