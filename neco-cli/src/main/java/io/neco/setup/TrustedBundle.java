package io.neco.setup;

import io.neco.host.Command;
import io.neco.host.CommandRunner;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate authorities that the operating system trusts, all in one file, which update-ca-certificates makes. Vault, the engine
 * and Neco's own programs read that file; for OpenSSL there are links besides.
 */
final class TrustedBundle {
    static final String FILE = "/etc/ssl/certs/ca-certificates.crt";

    private static final Logger log = LoggerFactory.getLogger(TrustedBundle.class);
    private static final Command COMPLETION = Command.of(
            "systemd-run", "--quiet", "--no-block", "--collect", "--unit=neco-setup-trust", "update-ca-certificates");

    private TrustedBundle() {}

    /**
     * Makes programs that are started from now on trust the CA of the cluster. {@link #complete} makes the same of it, and the links; it
     * starts a thousand processes, for which setup would have to wait.
     */
    static void addClusterCa(HostFiles files) throws IOException {
        String ca = files.read(HostPaths.SERVER_CA_FILE).strip() + "\n";
        String bundle;
        try {
            // whatever a comment between the certificates is written in
            bundle = Files.readString(files.path(FILE), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new IOException(FILE + " does not exist: is the package ca-certificates installed?", e);
        }
        if (!bundle.contains(ca)) {
            String separator = bundle.isEmpty() || bundle.endsWith("\n") ? "" : "\n";
            files.write(FILE, (bundle + separator + ca).getBytes(StandardCharsets.ISO_8859_1), FileMode.WORLD_READABLE);
        }
    }

    /**
     * Has the system complete it in its own time; what that says is in the journal. Nothing of Neco needs more than the file, so what goes
     * wrong is told and does not fail a setup that is otherwise complete.
     */
    static void complete(CommandRunner commands) throws InterruptedException {
        try {
            commands.run(COMPLETION).orThrow();
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("error", e.getMessage())
                    .log(
                            "setup: run `update-ca-certificates` on this server; until then its programs that use OpenSSL's"
                                    + " links, and they alone, do not trust the certificates of this cluster");
        }
    }
}
