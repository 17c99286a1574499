package io.neco.cli;

import io.neco.host.HostPaths;
import io.neco.http.OsTrustStore;
import io.neco.setup.UnsealKeyException;
import io.neco.store.EtcdConfigException;
import io.neco.store.NecoReader;
import io.neco.store.SecretKey;
import io.neco.store.StoreException;
import io.neco.vault.LiteVault;
import io.neco.vault.Unsealing;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultRequestException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Command;

/** {@code neco vault unseal}: run by Vault's unit after every start; source: pkg/neco/cmd/vault_unseal.go at 1eec387. */
@Command(
        description = {
            "Unseals this host's Vault with the key stored in etcd. Does nothing before setup has been completed. Waits up to 30",
            "seconds for etcd and up to 10 for Vault to answer. The address is taken from VAULT_ADDR (default https://127.0.0.1:8200)."
        })
final class VaultUnsealCommand implements NecoCommand {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration ETCD_DEADLINE = Duration.ofSeconds(30);
    private static final Duration ETCD_INTERVAL = Duration.ofMillis(200);

    private final Surroundings surroundings;

    VaultUnsealCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        if (!surroundings.files().exists(HostPaths.NECO_CONFIG_FILE)) {
            return ExitCode.OK;
        }
        Optional<String> key = key();
        if (key.isEmpty()) {
            surroundings.err().println("no unseal key");
            return ExitCode.OK;
        }
        String address = surroundings.environment().getOrDefault("VAULT_ADDR", VaultClient.LOCAL);
        try {
            Unsealing.run(new LiteVault(address, trust()), key.get(), DEADLINE);
            return ExitCode.OK;
        } catch (VaultRequestException e) {
            throw UnsealKeyException.of(e);
        }
    }

    /** The key from etcd, which starts at the same time as Vault when the host does. */
    private Optional<String> key() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            try (NecoReader reader = surroundings.cluster().read()) {
                return reader.secret(SecretKey.VAULT_UNSEAL_KEY);
            } catch (EtcdConfigException e) {
                throw e;
            } catch (StoreException e) {
                if (System.nanoTime() - begin >= ETCD_DEADLINE.toNanos()) {
                    throw e;
                }
            }
            LockSupport.parkNanos(ETCD_INTERVAL.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped while waiting for etcd");
            }
        }
    }

    /** The cluster's own CA if it is there, else all the operating system trusts. */
    private SSLContext trust() {
        boolean isCaKnown = surroundings.files().exists(HostPaths.SERVER_CA_FILE);
        OsTrustStore store =
                isCaKnown ? new OsTrustStore(surroundings.files().path(HostPaths.SERVER_CA_FILE)) : new OsTrustStore();
        return store.sslContext();
    }
}
