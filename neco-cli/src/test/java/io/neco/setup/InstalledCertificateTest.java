package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledCertificateTest {
    private static final Instant END = Instant.parse("2022-06-25T00:00:00Z");
    private static final Duration MONTH = Duration.ofDays(30);

    @TempDir
    private Path root;

    private HostFiles files;

    @BeforeEach
    void root() {
        files = new HostFiles(new HostRoot(root));
    }

    private InstalledCertificate written(String file, String pem) throws IOException {
        files.write(file, pem, FileMode.WORLD_READABLE);
        return InstalledCertificate.all(files).get(0);
    }

    private InstalledCertificate server() throws IOException {
        return written(
                "/etc/neco/server.crt", TestCertificates.endingAt("boot-0", END).getCertificatePEM());
    }

    @Test
    void tellsWhomItIsForAndWhenItEnds() throws IOException {
        InstalledCertificate server = server();

        assertThat(server.name()).isEqualTo("server");
        assertThat(server.content())
                .isEqualTo(new InstalledCertificate.Content.Said(
                        "CN=boot-0", "CN=boot-0", List.of("localhost", "10.69.0.3"), END));
        assertThat(server.isRenewable()).isTrue();
    }

    @Test
    void countsWholeDays() throws IOException {
        InstalledCertificate server = server();

        assertThat(server.daysLeft(END.minus(Duration.ofHours(47)))).contains(1L);
        assertThat(server.daysLeft(END.minusSeconds(1))).contains(0L);
        assertThat(server.daysLeft(END.plusSeconds(1))).contains(-1L);
    }

    @Test
    void expiresWithinTheTimeThatIsAskedFor() throws IOException {
        InstalledCertificate server = server();

        assertThat(server.state(END.minus(MONTH).minusSeconds(1), MONTH)).isEqualTo(InstalledCertificate.State.VALID);
        assertThat(server.state(END.minus(MONTH), MONTH)).isEqualTo(InstalledCertificate.State.EXPIRING);
        assertThat(server.state(END.minusSeconds(1), Duration.ZERO)).isEqualTo(InstalledCertificate.State.VALID);
        assertThat(server.state(END, Duration.ZERO)).isEqualTo(InstalledCertificate.State.EXPIRED);
    }

    @Test
    void saysWhyItCannotBeRead() throws IOException {
        InstalledCertificate broken = written("/etc/cke/etcd.crt", "-----BEGIN CERTIFICATE-----\nnonsense\n");

        assertThat(broken.name()).isEqualTo("cke");
        assertThat(broken.state(END, MONTH)).isEqualTo(InstalledCertificate.State.UNREADABLE);
        assertThat(((InstalledCertificate.Content.Unreadable) broken.content()).reason())
                .isNotBlank();
    }

    @Test
    void oneWhoseKeyIsAnothersCannotBeUsed() throws IOException {
        server();
        files.write(
                "/etc/neco/server.key", TestCertificates.endingAt("boot-0", END).getPrivateKeyPEM(), FileMode.PRIVATE);

        InstalledCertificate server = InstalledCertificate.allWithKeys(files).get(0);

        assertThat(server.content())
                .isEqualTo(new InstalledCertificate.Content.Unreadable(
                        "it and the private key of /etc/neco/server.key do not belong together"));
        assertThat(server.state(END.minus(MONTH), Duration.ZERO)).isEqualTo(InstalledCertificate.State.UNREADABLE);
        assertThat(InstalledCertificate.all(files).get(0).notAfter()).contains(END);
    }

    @Test
    void oneWithItsOwnKeyIsOfUse() throws IOException {
        X509Bundle bundle = TestCertificates.endingAt("boot-0", END);
        written("/etc/neco/server.crt", bundle.getCertificatePEM());
        files.write("/etc/neco/server.key", bundle.getPrivateKeyPEM(), FileMode.PRIVATE);

        assertThat(InstalledCertificate.allWithKeys(files).get(0).notAfter()).contains(END);
    }

    @Test
    void saysThatTheKeyIsNone() throws IOException {
        server();
        files.write("/etc/neco/server.key", "nonsense", FileMode.PRIVATE);

        assertThat(InstalledCertificate.allWithKeys(files).get(0).content())
                .isEqualTo(new InstalledCertificate.Content.Unreadable(
                        "/etc/neco/server.key holds no unencrypted private key in PEM form"));
    }

    @Test
    void knowsAllThatSetupAndInitLocalWriteAndTheAuthorities() throws IOException {
        String pem = TestCertificates.endingAt("boot-0", END).getCertificatePEM();
        for (String file : List.of(
                "/usr/local/share/ca-certificates/neco.crt",
                "/etc/neco/server.crt",
                "/etc/neco/etcd.crt",
                "/etc/etcd/peer.crt",
                "/etc/etcd/backup.crt",
                "/etc/etcd/ca-peer.crt",
                "/etc/etcd/ca-client.crt",
                "/etc/vault/etcd.crt",
                "/etc/etcdpasswd/etcd.crt",
                "/etc/sabakan/etcd.crt",
                "/etc/cke/etcd.crt")) {
            files.write(file, pem, FileMode.WORLD_READABLE);
        }

        assertThat(InstalledCertificate.all(files))
                .extracting(InstalledCertificate::name)
                .containsExactly(
                        "server",
                        "etcd-peer",
                        "vault",
                        "etcd-backup",
                        "neco",
                        "etcdpasswd",
                        "sabakan",
                        "cke",
                        "ca",
                        "ca-etcd-peer",
                        "ca-etcd-client");
        assertThat(InstalledCertificate.all(files))
                .filteredOn(c -> !c.isRenewable())
                .hasSize(3);
    }
}
