package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.neco.setup.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cert list} on a scratch tree; the clock stands at 2022-05-25T01:05:00Z. */
class CertListCommandTest {
    @TempDir
    private Path root;

    private CommandLineRun neco;

    @BeforeEach
    void write() throws IOException {
        neco = new CommandLineRun(root);
        Files.createDirectories(root.resolve("etc/neco"));
        put("server.crt", "2032-05-25T00:00:00Z");
    }

    private void put(String file, String notAfter) throws IOException {
        Files.writeString(
                root.resolve("etc/neco/" + file),
                TestCertificates.endingAt("boot-0", Instant.parse(notAfter)).getCertificatePEM());
    }

    @Test
    void showsATable() {
        assertThat(neco.run("cert", "list")).isZero();

        assertThat(neco.out.toString()).isEqualTo("""
                NAME    FILE                  SUBJECT    NAMES                EXPIRES               DAYS  STATE
                server  /etc/neco/server.crt  CN=boot-0  localhost,10.69.0.3  2032-05-25T00:00:00Z  3652  valid
                """);
    }

    @Test
    void theExitStatusTellsThatOneEndsSoon() throws IOException {
        put("etcd.crt", "2022-06-01T00:00:00Z");

        assertThat(neco.run("cert", "list")).isEqualTo(5);
        assertThat(new CommandLineRun(root).run("cert", "list", "--within", "6"))
                .isZero();
        assertThat(new CommandLineRun(root).run("cert", "list", "--within", "3653"))
                .isEqualTo(5);
    }

    @Test
    void theExitStatusTellsThatOneHasEnded() throws IOException {
        put("etcd.crt", "2022-05-25T01:04:59Z");

        assertThat(neco.run("cert", "list", "--within", "0")).isEqualTo(5);

        assertThat(neco.out.toString()).contains("  -1    expired\n");
    }

    @Test
    void programsGetTheSameInJsonAndYaml() throws IOException {
        assertThat(neco.run("cert", "list", "-o", "json")).isZero();
        CommandLineRun yaml = new CommandLineRun(root);
        assertThat(yaml.run("cert", "list", "-o", "yaml")).isZero();

        JsonNode document = new ObjectMapper().readTree(neco.out.toString());
        JsonNode server = document.get("certificates").get(0);
        assertThat(server.get("names").get(1).asText()).isEqualTo("10.69.0.3");
        assertThat(server.get("daysLeft").asInt()).isEqualTo(3652);
        assertThat(server.get("state").asText()).isEqualTo("valid");
        assertThat(new ObjectMapper(new YAMLFactory()).readTree(yaml.out.toString()))
                .isEqualTo(document);
    }

    @Test
    void refusesWhatIsNoNumberOfDays() {
        assertThat(neco.run("cert", "list", "--within", "soon")).isEqualTo(1);

        assertThat(neco.err.toString()).contains("--within soon is no number of days");
    }

    @Test
    void aDryRunOfARenewalAsksNobody() throws IOException {
        put("etcd.crt", "2022-06-01T00:00:00Z");
        CommandLineRun renew = new CommandLineRun(root);

        assertThat(renew.run(
                        "cert",
                        "renew",
                        "--dry-run",
                        "--logfile",
                        root.resolve("log").toString()))
                .isZero();

        assertThat(renew.out.toString())
                .startsWith("would renew server: /etc/neco/server.crt and /etc/neco/server.key\n"
                        + "would renew neco: /etc/neco/etcd.crt and /etc/neco/etcd.key\n")
                .contains("would restart vault.service when another server's Vault can take over");
    }

    @Test
    void namesWhatCannotBeRenewed() {
        CommandLineRun unknown = new CommandLineRun(root);
        String log = root.resolve("log").toString();

        assertThat(unknown.run("cert", "renew", "serf", "--logfile", log)).isEqualTo(1);
        assertThat(unknown.err.toString()).contains("there is no certificate serf (known: server, etcd-peer, vault");

        CommandLineRun absent = new CommandLineRun(root);
        assertThat(absent.run("cert", "renew", "cke", "--logfile", log)).isEqualTo(1);
        assertThat(absent.err.toString())
                .contains("/etc/cke/etcd.crt is missing")
                .contains("neco init-local cke");
    }
}
