package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.EtcdStore;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code neco config} against a real etcd; what is refused before etcd is asked is in {@link ConfigCommandTest}. */
class ConfigCommandIT {
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
    @CsvSource({"env,none", "check-update-interval,1m0s", "worker-timeout,1h0m0s"})
    void settingsHaveDefaults(String key, String value) {
        CommandLineRun neco = host.neco();

        assertThat(neco.run("config", "get", key)).isZero();

        assertThat(neco.out.toString()).isEqualTo(value + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "slack",
        "proxy",
        "quay-username",
        "github-token",
        "node-proxy",
        "external-ip-address-block",
        "lb-address-block-default",
        "lb-address-block-bastion",
        "lb-address-block-internet"
    })
    void otherSettingsAreNotFoundWhenUnset(String key) {
        assertThat(host.neco().run("config", "get", key)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "env,prod,prod",
        "slack,https://hooks.example/x,https://hooks.example/x",
        "proxy,http://10.0.49.3:3128,http://10.0.49.3:3128",
        "check-update-interval,90s,1m30s",
        "worker-timeout,300ms,300ms",
        "github-token,t,t",
        "node-proxy,http://p,http://p",
        "external-ip-address-block,172.19.0.17/28,172.19.0.16/28",
        "lb-address-block-default,10.72.32.0/20,10.72.32.0/20",
        "lb-address-block-bastion,10.72.48.48/28,10.72.48.48/28",
        "lb-address-block-internet,172.19.0.16/28,172.19.0.16/28"
    })
    void settingsAreShownAsTheyWereSet(String key, String value, String shown) {
        CommandLineRun set = host.neco();
        assertThat(set.run("config", "set", key, value)).isZero();
        assertThat(set.out.toString()).isEmpty();

        CommandLineRun get = host.neco();
        assertThat(get.run("config", "get", key)).isZero();
        assertThat(get.out.toString()).isEqualTo(shown + "\n");
    }

    @ParameterizedTest
    @CsvSource({"QUAY_USERNAME,QUAY_USER,true", "QUAY_PASSWORD,QUAY_PASSWORD,false", "GITHUB_TOKEN,GITHUB_TOKEN,true"})
    void aCredentialWithoutAValueComesFromTheEnvironment(ConfigSetting setting, String variable, boolean isShown) {
        assertThat(host.neco().with(variable, "s3cret").run("config", "set", setting.option()))
                .isZero();

        try (EtcdStore store = host.store()) {
            assertThat(store.config(setting.key())).contains("s3cret");
        }
        CommandLineRun get = host.neco();
        assertThat(get.run("config", "get", setting.option())).isEqualTo(isShown ? 0 : 1);
        assertThat(get.out.toString()).isEqualTo(isShown ? "s3cret\n" : "");
    }

    @ParameterizedTest
    @CsvSource({"QUAY_USERNAME,QUAY_USER", "QUAY_PASSWORD,QUAY_PASSWORD", "GITHUB_TOKEN,GITHUB_TOKEN"})
    void aCredentialWithoutAValueAndVariableIsToldWithTheVariable(ConfigSetting setting, String variable)
            throws IOException {
        assertThat(host.complaint(host.neco(), "config set " + setting.option()))
                .contains("the environment variable " + variable + " is not set; " + setting.option()
                        + " is taken from it");

        try (EtcdStore store = host.store()) {
            assertThat(store.config(setting.key())).isEmpty();
        }
    }
}
