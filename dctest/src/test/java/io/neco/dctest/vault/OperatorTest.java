package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.dctest.vault.config.ServerConfig;
import io.neco.program.vault.VaultCa;
import io.neco.program.vault.VaultPolicies;
import io.neco.vault.Certificate;
import io.neco.vault.CertificateRequest;
import io.neco.vault.PkiRole;
import io.neco.vault.VaultClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code neco init-local} does with name and password, through the product's own client. */
class OperatorTest {
    private static final String ROOT = "root-token";
    private static final String MOUNT = VaultCa.ETCD_CLIENT.mount();

    @SuppressWarnings("NullAway.Init")
    private VaultServer server;

    @SuppressWarnings("NullAway.Init")
    private VaultClient anonymous;

    @BeforeEach
    void start() throws IOException {
        server = VaultServer.start(
                ServerConfig.development(ServerConfig.address("127.0.0.1:0"), ROOT),
                Clock.systemUTC(),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                line -> {});
        String address = "http://127.0.0.1:" + server.address().getPort();
        anonymous = VaultClient.connect(address, null);
        VaultClient root = anonymous.withToken(ROOT);
        root.mountPki(MOUNT, VaultCa.CERTIFICATE_TTL, VaultCa.CA_TTL);
        root.generateExportedRoot(MOUNT, VaultCa.ETCD_CLIENT.commonName(), VaultCa.CA_TTL);
        root.writeRole(MOUNT, VaultCa.SYSTEM_ROLE, PkiRole.client(VaultCa.CERTIFICATE_TTL, VaultCa.CERTIFICATE_TTL));
        root.writePolicy(VaultPolicies.ADMIN, VaultPolicies.admin());
        root.writePolicy(VaultPolicies.CA_ADMIN, VaultPolicies.caAdmin());
        Api api = Api.at(address).as(ROOT);
        api.post("sys/auth/userpass", Map.of("type", "userpass")).expect(204);
        user(api, "admin", VaultPolicies.ADMIN + "," + VaultPolicies.CA_ADMIN);
        user(api, "reader", VaultPolicies.ADMIN);
    }

    private static void user(Api api, String name, String policies) {
        api.put("auth/userpass/users/" + name, Map.of("password", "cybozu", "policies", policies))
                .expect(204);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Certificate issue(VaultClient vault) throws IOException {
        return vault.issue(MOUNT, VaultCa.SYSTEM_ROLE, CertificateRequest.client("cke"));
    }

    @Test
    void aCaAdminsTokenIssuesACertificateForTenYears() throws IOException {
        VaultClient admin = anonymous.withToken(anonymous.login("admin", "cybozu"));

        Certificate issued = issue(admin);

        assertThat(issued.certificate()).startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(issued.privateKey()).contains("PRIVATE KEY-----");
    }

    @Test
    void anotherPolicyDoesNotSuffice() throws IOException {
        VaultClient reader = anonymous.withToken(anonymous.login("reader", "cybozu"));

        assertThatThrownBy(() -> issue(reader))
                .hasMessageContaining(MOUNT + "/issue/system")
                .hasMessageContaining("permission denied");
    }

    @Test
    void aWrongPasswordIsToldWithoutThePassword() {
        assertThatThrownBy(() -> anonymous.login("admin", "guess"))
                .hasMessageContaining("invalid username or password")
                .hasMessageNotContaining("guess");
    }
}
