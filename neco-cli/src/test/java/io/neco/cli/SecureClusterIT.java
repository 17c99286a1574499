package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.EtcdConfig;
import io.neco.store.testing.EtcdCluster;
import io.neco.store.testing.EtcdPki;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands that read, and such that write, say and return when etcd and they do not accept each other. */
class SecureClusterIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single().withTls();

    @RegisterExtension
    static final EtcdCluster EXPIRED = EtcdCluster.single().withExpiredServerCertificate();

    private static final String READ = "config get env";
    private static final String WRITE = "config set env prod";

    @TempDir
    private Path root;

    @BeforeAll
    static void turnAuthenticationOn() {
        ETCD.enableAuth();
    }

    /** What is logged by a command that fails. */
    private String complaint(EtcdConfig config, String command) {
        Path log = root.resolve("log");
        String[] words = ("--logfile " + log + " " + command).split(" ");
        assertThat(new ClusterHost(root, config).neco().run(words)).isEqualTo(1);
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {READ, WRITE})
    void aServerOfAnotherCaIsToldWithWhatToTrust(String command) throws IOException {
        EtcdConfig config = EtcdPki.using(
                ETCD.config(), ETCD.pki().strangersCaFile(), ETCD.pki().client("neco"));

        assertThat(complaint(config, command))
                .contains(config.endpoints().get(0), "not signed by a trusted CA; set tls-ca-file, or install the CA");
    }

    @ParameterizedTest
    @ValueSource(strings = {READ, WRITE})
    void anExpiredClientCertificateIsToldWithFileEndAndCure(String command) {
        Path expired = ETCD.pki().expiredClient("neco");

        assertThat(complaint(EtcdPki.using(ETCD.config(), ETCD.pki().serverCaFile(), expired), command))
                .contains(expired + " holds a client certificate that expired at ", "run `neco cert renew` as root");
    }

    @ParameterizedTest
    @ValueSource(strings = {READ, WRITE})
    void anExpiredServerCertificateIsToldWithServerAndCure(String command) {
        assertThat(complaint(EXPIRED.config(), command))
                .contains(
                        EXPIRED.endpoints().get(0),
                        "its server certificate has expired; run `neco cert renew` as root on that server");
    }

    @ParameterizedTest
    @ValueSource(strings = {READ, WRITE})
    void aUserWithoutTheRightIsToldWhereItsNameComesFrom(String command) {
        EtcdConfig config = ETCD.config("vault", ETCD.endpoints());

        assertThat(complaint(config, command))
                .contains(config.endpoints().get(0), "permission denied", "the user is the CN of tls-cert-file");
    }

    @ParameterizedTest
    @ValueSource(strings = {READ, WRITE})
    void theClustersOwnCertificatesAreAccepted(String command) {
        assertThat(new ClusterHost(root, ETCD.config()).neco().run(command.split(" ")))
                .isZero();
    }
}
