package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ServedCertificateIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single().withTls();

    private final HostFiles files = new HostFiles(HostRoot.system());

    @Test
    void isCurrentWhenTheServerShowsTheFilesCertificate() throws IOException {
        assertThat(isCurrent(ETCD.pki().server().toString())).isTrue();
    }

    @Test
    void isNotCurrentWhenTheServerShowsAnother() throws IOException {
        assertThat(isCurrent(ETCD.pki().client("neco").toString())).isFalse();
    }

    private boolean isCurrent(String file) throws IOException {
        return ServedCertificate.isCurrent(
                files, file, URI.create(ETCD.endpoint(0)).getPort());
    }
}
