package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NecoConfigFileTest {
    private static final String SOURCE = "/etc/neco/config.yml";

    private static EtcdConfig parse(String yaml) {
        return NecoConfigFile.parse(yaml, SOURCE);
    }

    @Test
    void anEmptyFileHasTheDefaults() {
        EtcdConfig defaults = new EtcdConfig(
                List.of("http://127.0.0.1:2379"),
                "/neco/",
                Duration.ofSeconds(2),
                "",
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                SOURCE);

        assertThat(parse("")).isEqualTo(defaults);
        assertThat(parse("# nothing\n")).isEqualTo(defaults);
        assertThat(parse("{}")).isEqualTo(defaults);
    }

    @Test
    void readsWhatItRenders() {
        EtcdConfig config = parse(NecoConfigFile.render(List.of("https://10.69.0.3:2379", "https://10.69.0.195:2379")));

        assertThat(config)
                .isEqualTo(new EtcdConfig(
                        List.of("https://10.69.0.3:2379", "https://10.69.0.195:2379"),
                        "/neco/",
                        Duration.ofSeconds(2),
                        "",
                        "",
                        Optional.empty(),
                        Optional.of(new EtcdConfig.Pem.InFile("/etc/neco/etcd.crt")),
                        Optional.of(new EtcdConfig.Pem.InFile("/etc/neco/etcd.key")),
                        SOURCE));
    }

    @Test
    void readsEveryFormOfYaml() {
        EtcdConfig config = parse("""
                # by hand
                endpoints: [ "http://a:1", 'b:2' ]   # two
                prefix: "/other/"
                timeout: 500ms
                unknown: {a: [1]}
                username: u
                password: 123
                tls-ca: |
                  -----BEGIN CERTIFICATE-----
                  AA==
                  -----END CERTIFICATE-----
                """);

        assertThat(config.endpoints()).containsExactly("http://a:1", "b:2");
        assertThat(config.prefix()).isEqualTo("/other/");
        assertThat(config.timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.password()).isEqualTo("123");
        assertThat(config.tlsCa())
                .contains(new EtcdConfig.Pem.Literal("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"));
    }

    @Test
    void secretsAreNotShown() {
        EtcdConfig config = parse("username: u\npassword: hunter2\ntls-cert: certificate\ntls-key: |\n  hunter3\n");

        assertThat(config.toString()).contains("username=u").doesNotContain("hunter");
        assertThatThrownBy(() -> parse("username: u\npassword: hunter2: 3\n"))
                .hasMessageContaining("is not valid YAML: mapping values are not allowed here (line 2, column 18)")
                .message()
                .doesNotContain("hunter");
    }

    @Test
    void filesWinOverLiterals() {
        assertThat(parse("tls-ca-file: /ca.crt\ntls-ca: text\n").tlsCa())
                .contains(new EtcdConfig.Pem.InFile("/ca.crt"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "endpoints: 5 | endpoints must be a list of URLs",
                "endpoints: [] | endpoints is empty",
                "endpoints: [{a: 1}] | endpoints must be a list of URLs",
                "endpoints: ['ftp://a'] | endpoint ftp://a is not a URL",
                "endpoints: ['http://a b'] | endpoint http://a b is not a URL",
                "timeout: soon | timeout soon is not a duration such as 2s",
                "timeout: 2 | timeout 2 is not a duration",
                "timeout: -1s | timeout -1s must be more than zero",
                "timeout: [1s] | timeout must be text",
                "prefix: {a: 1} | prefix must be text",
                "tls-cert-file: /c | given without tls-key-file",
                "tls-key-file: /c | given without tls-cert-file",
                "'endpoints: [' | is not valid YAML",
                "just text | should be a map of keys",
            })
    void errorsNameTheFileAndTheValue(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(EtcdConfigException.class)
                .hasMessageContaining(SOURCE)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aMissingFileTellsWhatToRun(@TempDir Path root) {
        assertThatThrownBy(() -> NecoConfigFile.read(new HostFiles(new HostRoot(root))))
                .isInstanceOf(EtcdConfigException.class)
                .hasMessageContaining("config.yml does not exist")
                .hasMessageContaining("neco setup");
    }

    @Test
    void readsTheHostsFile(@TempDir Path root) throws IOException {
        HostFiles files = new HostFiles(new HostRoot(root));
        files.write(SOURCE, NecoConfigFile.render(List.of("https://10.69.0.3:2379")), FileMode.WORLD_READABLE);

        assertThat(NecoConfigFile.read(files).endpoints()).containsExactly("https://10.69.0.3:2379");
    }
}
