package io.neco.worker;

import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.http.OsTrustStore;
import io.neco.vault.LiteVault;
import io.neco.vault.VaultHealth;
import io.neco.worker.step.VaultProbe;
import java.io.IOException;
import java.util.Optional;

/**
 * Asks Vault servers over HTTPS, trusting the cluster's own CA, or what the operating system trusts where that is not installed. Over plain
 * sockets, because an HTTP client of the JDK cannot be closed before Java 21, and its threads would hold up the end of a worker.
 */
final class HttpVaultProbe implements VaultProbe {
    private final HostFiles files;

    /** @param files the host's files */
    HttpVaultProbe(HostFiles files) {
        this.files = files;
    }

    @Override
    public VaultHealth health(String address) throws IOException {
        return connect(address).health();
    }

    @Override
    public Optional<String> leader(String address) throws IOException {
        return connect(address).leader();
    }

    private LiteVault connect(String address) throws IOException {
        OsTrustStore store = files.exists(HostPaths.SERVER_CA_FILE)
                ? new OsTrustStore(files.path(HostPaths.SERVER_CA_FILE))
                : new OsTrustStore();
        return new LiteVault(address, store.sslContext());
    }
}
