package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.json.Fields;
import io.neco.dctest.tls.Pem;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Authorities, and the certificates they issue. See {@link VaultContract}. */
interface VaultPkiContract extends VaultUnderTest {
    String SERVER_USAGE = "1.3.6.1.5.5.7.3.1";
    String CLIENT_USAGE = "1.3.6.1.5.5.7.3.2";

    private String authorityMount(String ttl, String maxTtl) {
        String mount = VaultUnderTest.unique("ca") + "/server";
        root().post(
                        "sys/mounts/" + mount,
                        Map.of("type", "pki", "config", Map.of("default_lease_ttl", ttl, "max_lease_ttl", maxTtl)))
                .expect(204);
        return mount;
    }

    private Fields exportedRoot(String mount) {
        return root().put(
                        mount + "/root/generate/exported",
                        Map.of("common_name", "server CA", "format", "pem_bundle", "ttl", "876000h"))
                .expect(200)
                .data();
    }

    @Test
    default void exportedAuthorityComesWithItsKeyInOneText() throws GeneralSecurityException {
        String mount = authorityMount("87600h", "876000h");

        Fields made = exportedRoot(mount);

        List<Pem.Block> bundle = Pem.parse(made.text("certificate"));
        assertThat(bundle).extracting(Pem.Block::type).containsExactly("RSA PRIVATE KEY", "CERTIFICATE");
        assertThat(made.text("certificate")).doesNotEndWith("\n");
        X509Certificate certificate = certificate(made.text("issuing_ca"));
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=server CA");
        assertThat(certificate.getBasicConstraints()).isNotNegative();
        assertThat(certificate.getSubjectAlternativeNames()).isNull();
        Duration life = Duration.between(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
        assertThat(life).isBetween(Duration.ofHours(876_000), Duration.ofHours(876_001));
        certificate.verify(certificate.getPublicKey());
        assertThat(root().anonymous().get(mount + "/ca/pem").expect(200).text().strip())
                .isEqualTo(made.text("issuing_ca").strip());
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    default void importedAuthorityIssuesServerCertificates() throws GeneralSecurityException {
        String first = authorityMount("87600h", "876000h");
        String bundle = exportedRoot(first).text("certificate");
        String mount = authorityMount("87600h", "876000h");
        Api.Answer imported = root().put(mount + "/config/ca", Map.of("pem_bundle", bundle));
        assertThat(imported.status()).isIn(200, 204);
        root().put(
                        mount + "/roles/system",
                        Map.of("ttl", "87600h", "max_ttl", "87600h", "client_flag", false, "allow_any_name", true))
                .expect(204);

        Fields issued = root().put(
                        mount + "/issue/system",
                        Map.of(
                                "common_name",
                                "boot-0",
                                "alt_names",
                                "localhost",
                                "ip_sans",
                                List.of("127.0.0.1", "10.69.0.3")))
                .expect(200)
                .data();

        X509Certificate certificate = certificate(issued.text("certificate"));
        X509Certificate authority = certificate(issued.text("issuing_ca"));
        certificate.verify(authority.getPublicKey());
        assertThat(certificate.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=boot-0");
        assertThat(names(certificate, 2)).containsExactlyInAnyOrder("boot-0", "localhost");
        assertThat(names(certificate, 7)).containsExactlyInAnyOrder("127.0.0.1", "10.69.0.3");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly(SERVER_USAGE);
        assertThat(certificate.getKeyUsage()).startsWith(true, false, true, false, true);
        assertThat(certificate.getBasicConstraints()).isNegative();
        assertThat(life(certificate)).isBetween(Duration.ofHours(87_600), Duration.ofHours(87_601));
        assertThat(issued.number("expiration", 0))
                .isEqualTo(certificate.getNotAfter().toInstant().getEpochSecond());
        assertThat(issued.text("private_key_type")).isEqualTo("rsa");
        assertThat(issued.text("serial_number").replace(":", ""))
                .isEqualTo(hex(certificate.getSerialNumber().toByteArray()));
        assertKeyBelongs(issued.text("private_key"), certificate);
        assertThat(root().anonymous()
                        .get(mount + "/cert/" + issued.text("serial_number"))
                        .expect(200)
                        .data()
                        .text("certificate")
                        .strip())
                .isEqualTo(issued.text("certificate").strip());
        root().delete("sys/mounts/" + first).expect(204);
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    default void peerAndClientCertificatesFollowTheirRoles() throws GeneralSecurityException {
        String mount = authorityMount("87600h", "876000h");
        exportedRoot(mount);
        root().put(mount + "/roles/peer", Map.of("ttl", "1h", "max_ttl", "1h", "allow_any_name", true))
                .expect(204);
        root().put(
                        mount + "/roles/human",
                        Map.of("ttl", "2h", "max_ttl", "24h", "server_flag", false, "allow_any_name", true))
                .expect(204);

        X509Certificate peer = issue(
                mount + "/issue/peer",
                Map.of("common_name", "boot-0", "exclude_cn_from_sans", true, "ip_sans", "10.69.0.3,10.72.48.0"));
        X509Certificate client =
                issue(mount + "/issue/human", Map.of("common_name", "vault", "exclude_cn_from_sans", true));

        assertThat(peer.getExtendedKeyUsage()).containsExactlyInAnyOrder(SERVER_USAGE, CLIENT_USAGE);
        assertThat(names(peer, 7)).containsExactlyInAnyOrder("10.69.0.3", "10.72.48.0");
        assertThat(names(peer, 2)).isEmpty();
        assertThat(life(peer))
                .isBetween(Duration.ofHours(1), Duration.ofHours(1).plusMinutes(2));
        assertThat(client.getExtendedKeyUsage()).containsExactly(CLIENT_USAGE);
        assertThat(client.getSubjectAlternativeNames()).isNull();
        assertThat(life(client))
                .isBetween(Duration.ofHours(2), Duration.ofHours(2).plusMinutes(2));
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    default void lifeOfACertificateIsLimitedByTheRole() throws GeneralSecurityException {
        String mount = authorityMount("87600h", "876000h");
        exportedRoot(mount);
        root().put(mount + "/roles/short", Map.of("max_ttl", "1h", "allow_any_name", true))
                .expect(204);

        Api.Answer answer = root().put(mount + "/issue/short", Map.of("common_name", "a", "ttl", "9h"))
                .expect(200);

        assertThat(life(certificate(answer.data().text("certificate"))))
                .isBetween(Duration.ofHours(1), Duration.ofHours(1).plusMinutes(2));
        assertThat(answer.body().get("warnings")).isNull();
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    default void certificateDoesNotOutliveItsAuthority() {
        String mount = authorityMount("1h", "876000h");
        root().put(mount + "/root/generate/exported", Map.of("common_name", "CA", "ttl", "2h"))
                .expect(200);
        root().put(mount + "/roles/long", Map.of("max_ttl", "9h", "allow_any_name", true))
                .expect(204);

        Api.Answer answer = root().put(mount + "/issue/long", Map.of("common_name", "a", "ttl", "9h"))
                .expect(400);

        assertThat(answer.errors().get(0)).contains("beyond the expiration of the CA certificate");
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    default void roleIsReadBackListedAndDeleted() {
        String mount = authorityMount("1h", "10h");
        root().put(mount + "/roles/system", Map.of("ttl", "1h", "max_ttl", "2h", "client_flag", false, "no_such", 1))
                .expect(204);

        Fields role = root().get(mount + "/roles/system").expect(200).data();
        assertThat(role.number("ttl", 0)).isEqualTo(3600);
        assertThat(role.number("max_ttl", 0)).isEqualTo(7200);
        assertThat(role.flag("client_flag", true)).isFalse();
        assertThat(role.flag("server_flag", false)).isTrue();
        assertThat(role.flag("allow_any_name", true)).isFalse();
        assertThat(role.text("key_type")).isEqualTo("rsa");
        assertThat(role.number("key_bits", 0)).isEqualTo(2048);
        assertThat(root().list(mount + "/roles").expect(200).data().list("keys"))
                .containsExactly("system");
        root().delete(mount + "/roles/system").expect(204);
        root().get(mount + "/roles/system").expect(404);
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    default void unsuitableRequestsForCertificatesAreRefused() {
        String mount = authorityMount("1h", "10h");
        Map<String, Object> name = Map.of("common_name", "a.example.com");

        assertThat(root().put(mount + "/issue/none", name).expect(400).errors().get(0))
                .contains("unknown role: none");
        exportedRoot(mount);
        root().put(mount + "/roles/any", Map.of("allow_any_name", true)).expect(204);
        root().put(mount + "/roles/strict", Map.of()).expect(204);
        root().put(mount + "/issue/any", Map.of()).expect(400);
        root().put(mount + "/issue/any", Map.of("common_name", "a", "ip_sans", "none"))
                .expect(400);
        assertThat(root().put(mount + "/issue/strict", name)
                        .expect(400)
                        .errors()
                        .get(0))
                .contains("not allowed by this role");
        root().put(mount + "/config/ca", Map.of("pem_bundle", "")).expect(400);
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    default void authorityIsNotReplacedByAccident() {
        String mount = authorityMount("1h", "876000h");
        String before = exportedRoot(mount).text("issuing_ca");

        root().put(mount + "/root/generate/exported", Map.of("common_name", "other", "ttl", "1h"));

        assertThat(root().anonymous().get(mount + "/ca/pem").text().strip()).isEqualTo(before.strip());
        root().delete("sys/mounts/" + mount).expect(204);
    }

    private X509Certificate issue(String path, Map<String, Object> wish) throws GeneralSecurityException {
        Fields data = root().put(path, wish).expect(200).data();
        X509Certificate certificate = certificate(data.text("certificate"));
        assertKeyBelongs(data.text("private_key"), certificate);
        return certificate;
    }

    private static X509Certificate certificate(String pem) throws GeneralSecurityException {
        List<Pem.Block> blocks = Pem.parse(pem);
        assertThat(blocks).extracting(Pem.Block::type).containsExactly("CERTIFICATE");
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(blocks.get(0).content()));
    }

    private static void assertKeyBelongs(String pem, X509Certificate certificate) throws GeneralSecurityException {
        assertThat(pem).startsWith("-----BEGIN RSA PRIVATE KEY-----\n");
        PrivateKey key = Pem.privateKey(Pem.parse(pem).get(0));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        assertThat(signature.verify(signed)).isTrue();
        assertThat(((java.security.interfaces.RSAKey) key).getModulus().bitLength())
                .isEqualTo(2048);
    }

    private static Duration life(X509Certificate certificate) {
        assertThat(certificate.getNotBefore().toInstant()).isBefore(Instant.now());
        return Duration.between(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    private static List<String> names(X509Certificate certificate, int type) throws GeneralSecurityException {
        Collection<List<?>> names = Objects.requireNonNullElse(certificate.getSubjectAlternativeNames(), List.of());
        return names.stream()
                .filter(name -> name.get(0).equals(type))
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    }

    private static String hex(byte[] bytes) {
        String text = java.util.HexFormat.of().formatHex(bytes);
        return bytes[0] == 0 ? text.substring(2) : text;
    }
}
