package io.neco.dctest.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.dctest.vault.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemKeyManagerTest {
    @TempDir
    private static Path directory;

    private final KeyPairFiles used = new KeyPairFiles(directory.resolve("used.crt"), directory.resolve("used.key"));

    @BeforeAll
    static void makeCertificates() throws IOException {
        new Certificates(directory);
    }

    @BeforeEach
    void useFirst() throws IOException {
        use("server");
    }

    private void use(String name) throws IOException {
        Files.copy(directory.resolve(name + ".crt"), used.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(directory.resolve(name + ".key"), used.key(), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String subject(PemKeyManager keys) {
        return keys.getCertificateChain("key")[0].getSubjectX500Principal().getName();
    }

    @Test
    void aServerShowsANewCertificateWhenItIsToldTo() throws IOException {
        PemKeyManager keys = new PemKeyManager(used);
        use("root");

        assertThat(keys.chooseServerAlias("RSA", null, null)).isEqualTo("key");
        assertThat(subject(keys)).isEqualTo("CN=localhost");

        keys.reread();

        assertThat(subject(keys)).isEqualTo("CN=root");
        assertThat(keys.getPrivateKey("key")).isEqualTo(Pem.privateKey(directory.resolve("root.key")));
    }

    @Test
    void aServerKeepsTheFormerCertificateWhenTheFilesAreOfNoUse() throws IOException {
        PemKeyManager keys = new PemKeyManager(used);
        Files.writeString(used.certificate(), "nothing");

        assertThatThrownBy(keys::reread).hasMessageContaining("used.crt");
        assertThat(subject(keys)).isEqualTo("CN=localhost");
    }

    @Test
    void aClientReadsItsFilesForEveryHandshake() throws IOException {
        PemKeyManager keys = new PemKeyManager(used);
        use("vault");

        assertThat(keys.chooseClientAlias(new String[] {"RSA"}, null, null)).isEqualTo("key");
        assertThat(subject(keys)).isEqualTo("CN=vault");
    }
}
