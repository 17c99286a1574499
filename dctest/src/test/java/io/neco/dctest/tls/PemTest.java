package io.neco.dctest.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemTest {

    @Test
    void blocksAreWrittenAndReadBack() {
        byte[] content = new byte[100];
        content[99] = 7;

        String text = "comment\n" + Pem.encode("A", content) + "\n" + Pem.encode("B C", content);

        assertThat(Pem.parse(text)).extracting(Pem.Block::type).containsExactly("A", "B C");
        assertThat(Pem.parse(text).get(1).content()).isEqualTo(content);
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(64));
    }

    @Test
    void keysAreReadInBothForms() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        byte[] pkcs8 = pair.getPrivate().getEncoded();
        byte[] pkcs1 = java.util.Arrays.copyOfRange(pkcs8, 26, pkcs8.length);

        assertThat(Pem.privateKey(new Pem.Block("PRIVATE KEY", pkcs8))).isEqualTo(pair.getPrivate());
        assertThat(Pem.privateKey(new Pem.Block("RSA PRIVATE KEY", pkcs1))).isEqualTo(pair.getPrivate());
    }

    @Test
    void fileWithoutCertificateIsNamed(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("empty.crt");
        Files.writeString(file, "nothing");

        assertThatThrownBy(() -> Pem.certificates(file)).hasMessageContaining("empty.crt");
        assertThatThrownBy(() -> Pem.privateKey(file)).hasMessageContaining("empty.crt");
    }
}
