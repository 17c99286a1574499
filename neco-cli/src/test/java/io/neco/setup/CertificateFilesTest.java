package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.HostRoot;
import io.neco.vault.Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {
    private static final Certificate ISSUED = new Certificate("CERT", "KEY", "CA");

    @TempDir
    private Path root;

    @Test
    void keysCanBeReadByTheirOwnerOnly() throws IOException {
        CertificateFiles.PEER.write(new HostFiles(new HostRoot(root)), ISSUED);

        assertThat(mode("etc/etcd/peer.key")).isEqualTo("rw-------");
        assertThat(mode("etc/etcd/peer.crt")).isEqualTo("rw-r--r--");
        assertThat(Files.readString(root.resolve("etc/etcd/peer.key"))).isEqualTo("KEY\n");
        assertThat(Files.readString(root.resolve("etc/etcd/ca-peer.crt"))).isEqualTo("CA\n");
    }

    @Test
    void keysOfContainersBelongToTheContainersUser() {
        for (CertificateFiles files :
                new CertificateFiles[] {CertificateFiles.SERVER, CertificateFiles.PEER, CertificateFiles.VAULT}) {
            assertThat(files.keyMode().ownerId()).isEqualTo(OptionalInt.of(HostPaths.CONTAINER_UID));
        }
        assertThat(CertificateFiles.NECO.keyMode().ownerId()).isEmpty();
    }

    @Test
    void certificateAndKeyAreReplacedTogetherOrNotAtAll() throws IOException {
        HostFiles files = new HostFiles(new HostRoot(root));
        CertificateFiles.PEER.write(files, ISSUED);
        CertificateFiles belowAFile = new CertificateFiles(
                "/etc/etcd/peer.crt/impossible", "/etc/etcd/peer.key", FileMode.PRIVATE, Optional.empty());

        assertThatThrownBy(() -> belowAFile.write(files, new Certificate("CERT2", "KEY2", "CA")))
                .isInstanceOf(IOException.class);

        try (Stream<Path> left = Files.list(root.resolve("etc/etcd"))) {
            assertThat(left).as("no temporary files").hasSize(3);
        }
        assertThat(Files.readString(root.resolve("etc/etcd/peer.key"))).isEqualTo("KEY\n");
    }

    @Test
    void theClustersCaIsLeftAloneByTheSecondServerCertificate() throws IOException {
        CertificateFiles.SERVER.write(new HostFiles(new HostRoot(root)), ISSUED);

        assertThat(root.resolve("usr/local/share/ca-certificates/neco.crt")).doesNotExist();
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(path)));
    }
}
