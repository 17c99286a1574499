package io.neco.worker;

import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.http.OsTrustStore;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultHealth;
import io.neco.worker.step.VaultProbe;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;

/** Asks Vault servers over HTTPS, trusting the cluster's own CA, or what the operating system trusts where that is not installed. */
final class HttpVaultProbe implements VaultProbe {
    private final HostFiles files;
    private final Map<String, VaultClient> clients = new ConcurrentHashMap<>();

    /** @param files the host's files */
    HttpVaultProbe(HostFiles files) {
        this.files = files;
    }

    @Override
    public VaultHealth health(String address) throws IOException {
        return clients.computeIfAbsent(address, a -> VaultClient.connect(a, trust()))
                .health();
    }

    private SSLContext trust() {
        OsTrustStore store = files.exists(HostPaths.SERVER_CA_FILE)
                ? new OsTrustStore(files.path(HostPaths.SERVER_CA_FILE))
                : new OsTrustStore();
        return store.sslContext();
    }
}
