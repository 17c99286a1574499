package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsMaterialTest {
    private static EtcdConfig config(Optional<EtcdConfig.Pem> ca, String certificate, String key) {
        return new EtcdConfig(
                List.of("https://127.0.0.1:2379"),
                "/neco/",
                Duration.ofSeconds(2),
                "",
                "",
                ca,
                Optional.of(new EtcdConfig.Pem.Literal(certificate)),
                Optional.of(new EtcdConfig.Pem.Literal(key)));
    }

    private static X509Bundle bundle(CertificateBuilder builder) throws Exception {
        return builder.subject("CN=neco").setIsCertificateAuthority(true).buildSelfSigned();
    }

    private static PrivateKey loadedKey(X509Bundle bundle, String keyPem) {
        return TlsMaterial.load(config(
                        Optional.of(new EtcdConfig.Pem.Literal(bundle.getCertificatePEM())),
                        bundle.getCertificatePEM(),
                        keyPem))
                .identity()
                .orElseThrow()
                .key();
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    /** What is inside the OCTET STRING of a PKCS#8 key: PKCS#1 for RSA, SEC 1 for EC. */
    private static byte[] inner(byte[] pkcs8, int offset) {
        return Arrays.copyOfRange(pkcs8, offset, pkcs8.length);
    }

    @Test
    void readsPkcs8AndPkcs1RsaKeys() throws Exception {
        X509Bundle bundle = bundle(new CertificateBuilder().rsa2048());
        PrivateKey key = bundle.getKeyPair().getPrivate();

        assertThat(loadedKey(bundle, bundle.getPrivateKeyPEM())).isEqualTo(key);
        assertThat(loadedKey(bundle, pem("RSA PRIVATE KEY", inner(key.getEncoded(), 26))))
                .isEqualTo(key);
    }

    @Test
    void readsPkcs8EcKeys() throws Exception {
        X509Bundle bundle = bundle(new CertificateBuilder().ecp256());

        assertThat(loadedKey(bundle, bundle.getPrivateKeyPEM()))
                .isEqualTo(bundle.getKeyPair().getPrivate());
    }

    @Test
    void readsSec1EcKeysThatNameTheirCurve() throws Exception {
        X509Bundle bundle = bundle(new CertificateBuilder().ecp256());
        ECPrivateKey key = (ECPrivateKey) bundle.getKeyPair().getPrivate();
        // SEQUENCE { INTEGER 1, OCTET STRING (32 bytes), [0] { OID prime256v1 } }
        String hex = "3031" + "020101" + "0420" + String.format("%064x", key.getS()) + "a00a06082a8648ce3d030107";

        PrivateKey loaded = loadedKey(
                bundle,
                pem("EC PARAMETERS", HexFormat.of().parseHex("06082a8648ce3d030107"))
                        + pem("EC PRIVATE KEY", HexFormat.of().parseHex(hex)));

        assertThat(((ECPrivateKey) loaded).getS()).isEqualTo(key.getS());
    }

    @Test
    void readsEd25519Keys() throws Exception {
        X509Bundle bundle = bundle(new CertificateBuilder().algorithm(CertificateBuilder.Algorithm.ed25519));

        assertThat(loadedKey(bundle, bundle.getPrivateKeyPEM()).getAlgorithm()).isEqualTo("EdDSA");
    }

    @Test
    void aKeyOfAnotherCertificateIsNamedWithWhatToDo() throws Exception {
        List<X509Bundle> bundles = List.of(
                bundle(new CertificateBuilder().rsa2048()),
                bundle(new CertificateBuilder().rsa2048()),
                bundle(new CertificateBuilder().ecp256()),
                bundle(new CertificateBuilder().ecp256()),
                bundle(new CertificateBuilder().algorithm(CertificateBuilder.Algorithm.ecp384)));
        for (X509Bundle bundle : bundles) {
            for (X509Bundle other : bundles) {
                if (bundle != other) {
                    assertThatThrownBy(() -> loadedKey(bundle, other.getPrivateKeyPEM()))
                            .isInstanceOf(EtcdConfigException.class)
                            .hasMessageContaining("tls-cert")
                            .hasMessageContaining("tls-key do not belong together; run `neco cert renew` as root");
                }
            }
        }
    }

    @Test
    void errorsNameFileAndWhatToDo(@TempDir Path dir) throws Exception {
        X509Bundle bundle = bundle(new CertificateBuilder().rsa2048());
        Path missing = dir.resolve("missing.crt");
        Path garbage = Files.writeString(dir.resolve("garbage.crt"), "garbage");
        Path broken = Files.writeString(
                dir.resolve("broken.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        for (Path file : List.of(missing, garbage, broken)) {
            assertThatThrownBy(() -> TlsMaterial.load(config(
                            Optional.of(new EtcdConfig.Pem.InFile(file.toString())),
                            bundle.getCertificatePEM(),
                            bundle.getPrivateKeyPEM())))
                    .isInstanceOf(EtcdConfigException.class)
                    .hasMessageContaining(file.toString());
        }
        assertThatThrownBy(() -> loadedKey(bundle, "no key"))
                .isInstanceOf(EtcdConfigException.class)
                .hasMessageContaining("tls-key");
        assertThatThrownBy(() -> loadedKey(bundle, pem("RSA PRIVATE KEY", new byte[] {1, 2, 3})))
                .isInstanceOf(EtcdConfigException.class)
                .hasMessageContaining("private key that cannot be read");
        assertThatThrownBy(() -> loadedKey(bundle, pem("EC PRIVATE KEY", new byte[] {1})))
                .isInstanceOf(EtcdConfigException.class)
                .hasMessageContaining("private key that cannot be read");
    }
}
