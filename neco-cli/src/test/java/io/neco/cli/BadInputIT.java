package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

/** What commands say of values in etcd, and of a configuration, that cannot be used. */
class BadInputIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    private Path root;

    private ClusterHost host;

    @BeforeEach
    void connect() {
        host = new ClusterHost(root, ETCD.config());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "status/current|{garbage|status|delete everything below status/ with etcdctl, which ends the update",
                "status/current|{garbage|recover|delete everything below status/ with etcdctl, which ends the update",
                "status/current|{garbage|retry|delete everything below status/ with etcdctl, which ends the update",
                "status/bootservers/0|[]|status --output=json|delete it with etcdctl, or run `neco recover`",
                "status/bootservers/0|[]|retry|delete it with etcdctl, or run `neco recover`",
                "config/worker-timeout|soon|config get worker-timeout|`neco config set worker-timeout 1h0m0s`",
                "cke/weight|[18]|cke weight list|delete it with etcdctl, then set the weights anew with"
                        + " `neco cke weight set`",
                "cke/weight|[18]|cke weight set cs 18|delete it with etcdctl, then set the weights anew"
            })
    void namesKeyAndValueOfWhatCannotBeUnderstoodAndTellsWhatToDo(String key, String value, String command, String cure)
            throws IOException, InterruptedException {
        host.store(ClusterHost.REQUEST);
        host.putRaw(key, value);

        assertThat(host.complaint(host.neco(), command))
                .contains("etcd key " + key + " should hold ", " but holds `" + value + "`", cure);
    }

    @ParameterizedTest
    @CsvSource({
        "status/bootservers/x, 'delete it with etcdctl, or run `neco recover`'",
        "info/bootservers/one, delete it with etcdctl"
    })
    void namesTheKeyThatIsOfNoServerAndTellsWhatToDo(String key, String cure) throws IOException, InterruptedException {
        host.store(ClusterHost.REQUEST);
        host.putRaw(key, "{}");

        assertThat(host.complaint(host.neco(), "status"))
                .contains("etcd key " + key + " should end in a logical rack number: ", cure);
    }

    @Test
    void namesAProxyThatCannotBeUsedAndTellsWhatToDo() throws IOException, InterruptedException {
        Files.createDirectories(root.resolve("usr/lib/neco"));
        Files.writeString(root.resolve("usr/lib/neco/version"), "2022.05.25-1\n");
        host.putRaw("config/proxy", "https://user:secret@10.0.49.3:3128");

        assertThat(host.complaint(host.neco(), "init-data"))
                .contains("config/proxy", "https://…@10.0.49.3:3128", "set it anew with `neco config set proxy`")
                .doesNotContain("secret");
    }

    @Test
    void namesTheEndpointsThatDoNotAnswerTheirFileAndWhereToLook() throws IOException {
        Path file = root.resolve("etc/neco/config.yml");
        List<String> endpoints = List.of("http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3");
        Files.writeString(file, "endpoints: [" + String.join(", ", endpoints) + "]\ntimeout: 200ms\n");

        assertThat(host.complaint(host.neco(), "status"))
                .contains("cannot connect to etcd")
                .contains(endpoints)
                .contains(file.toString())
                .contains("`systemctl status etcd-container`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "endpoints: [|is not valid YAML",
                "endpoints: ['10.69.0.3:port']|10.69.0.3:port",
                "timeout: soon|timeout soon",
                "tls-ca-file: /nowhere/ca.crt|/nowhere/ca.crt (tls-ca-file",
                "tls-cert-file: /nowhere/etcd.crt|/nowhere/etcd.crt (tls-cert-file"
            })
    void namesWhatIsWrongInTheConfigurationAndTheFile(String yaml, String named) throws IOException {
        Path file = root.resolve("etc/neco/config.yml");
        Files.writeString(
                file, yaml.startsWith("tls-cert") ? yaml + "\ntls-key-file: /nowhere/etcd.key\n" : yaml + "\n");

        assertThat(host.complaint(host.neco(), "config get env"))
                .contains(named)
                .contains(file.toString());
    }

    @Test
    void saysHowToGetTheMissingConfiguration() throws IOException {
        Files.delete(root.resolve("etc/neco/config.yml"));

        assertThat(host.complaint(host.neco(), "status"))
                .contains("/etc/neco/config.yml")
                .contains("neco setup");
    }
}
