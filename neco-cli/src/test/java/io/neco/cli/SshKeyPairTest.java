package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class SshKeyPairTest {
    private static final Path SSH_KEYGEN = Path.of("/usr/bin/ssh-keygen");

    @TempDir
    private Path dir;

    @Test
    void hasTheFormsOfOpenSshAndOfPkcs1() {
        SshKeyPair pair = SshKeyPair.generate(new SecureRandom());

        assertThat(pair.publicKey()).matches("ssh-rsa AAAAB3NzaC1yc2E[A-Za-z0-9+/=]+\\n");
        assertThat(pair.privateKey())
                .startsWith("-----BEGIN RSA PRIVATE KEY-----\nMII")
                .endsWith("\n-----END RSA PRIVATE KEY-----\n");
        assertThat(pair.privateKey().lines()).allMatch(line -> line.length() <= 64);
        assertThat(pair.toString()).doesNotContain("PRIVATE");
    }

    @Test
    @EnabledIf("hasSshKeygen")
    void openSshFindsTheSamePublicKeyInThePrivateOne() throws Exception {
        SshKeyPair pair = SshKeyPair.generate(new SecureRandom());
        Path file = Files.createFile(
                dir.resolve("key"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, pair.privateKey());

        Process keygen = new ProcessBuilder(SSH_KEYGEN.toString(), "-y", "-f", file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keygen.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(keygen.waitFor()).as(said).isZero();
        assertThat(said).isEqualTo(pair.publicKey());
    }

    static boolean hasSshKeygen() {
        return Files.isExecutable(SSH_KEYGEN);
    }
}
