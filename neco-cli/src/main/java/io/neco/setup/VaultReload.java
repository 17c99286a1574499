package io.neco.setup;

import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.program.vault.VaultProgram;
import java.io.IOException;
import java.time.Duration;

/** Lets this host's Vault use new certificates without a restart, after which an active server might have to be elected anew. */
@FunctionalInterface
public interface VaultReload {
    /**
     * Returns when Vault uses the certificates in the files.
     *
     * @throws IOException when it does not, so that it has to be restarted; the message says why
     */
    void run() throws IOException, InterruptedException;

    /**
     * By the signal HUP, at which Vault reads the certificate of its listener again; that which it shows etcd it reads for every connection.
     *
     * @param files with the certificates
     * @param images the engine that Vault's container runs in
     */
    static VaultReload bySignal(HostFiles files, ImageTools images) {
        int port = 8200;
        return () -> {
            images.signal(VaultProgram.CONTAINER, "HUP");
            new Waiting()
                    .until(
                            "waiting for Vault to show its new certificate",
                            Duration.ofSeconds(10),
                            "see `journalctl -u " + VaultProgram.SERVICE + "`",
                            () -> ServedCertificate.isCurrent(files, HostPaths.SERVER_CERT_FILE, port)
                                    ? Waiting.Look.found(true)
                                    : Waiting.Look.notYet("it shows the former one"));
        };
    }
}
