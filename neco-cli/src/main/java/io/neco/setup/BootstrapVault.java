package io.neco.setup;

import io.neco.host.BackgroundProcess;
import io.neco.host.Command;
import io.neco.host.HostFiles;
import io.neco.program.vault.VaultCa;
import io.neco.program.vault.VaultProgram;
import io.neco.vault.PkiRole;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultHealth;
import io.neco.vault.VaultRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary Vault on the leader: in memory, in clear text, with a token everybody knows, alive for some seconds. It makes the
 * certificate authorities and the certificates the servers begin with.
 *
 * <p>Source: setup/vault.go at 1eec387; docs/setup.md says why this is so.
 */
final class BootstrapVault implements AutoCloseable {
    /** Known to all servers. */
    static final String TOKEN = "cybozu";
    /** Tells the servers that certificates can be had. */
    static final String READY_PATH = "secret/bootstrap";

    private static final Logger log = LoggerFactory.getLogger(BootstrapVault.class);
    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final String PORT = "8200";

    private final BackgroundProcess process;
    private final Path tokenFile;

    private BootstrapVault(BackgroundProcess process, Path tokenFile) {
        this.process = process;
        this.tokenFile = tokenFile;
    }

    /** Its address for everybody. */
    static String address(BootCluster cluster) {
        return "http://" + cluster.servers().node0(cluster.leader()) + ":" + PORT;
    }

    /** Where a server says that it has its certificates. */
    static String donePath(int lrn) {
        return "secret/bootstrap_done/" + lrn;
    }

    /** A client of it. */
    static VaultClient client(BootCluster cluster) {
        return VaultClient.connect(address(cluster), null).withToken(TOKEN);
    }

    /**
     * Starts it and waits until it answers.
     *
     * @throws IOException when it does not, or another one runs
     */
    static BootstrapVault start(HostFiles files, BootCluster cluster, Waiting waiting, Map<String, String> environment)
            throws IOException, InterruptedException {
        VaultClient client = client(cluster);
        refuseBesideAnother(client);
        String home = environment.getOrDefault("HOME", "");
        Path tokenFile = files.path((home.isEmpty() ? "/root" : home) + "/.vault-token");
        BackgroundProcess process = BackgroundProcess.start(Command.of(
                files.path(VaultProgram.BINARY).toString(),
                "server",
                "-dev",
                "-dev-listen-address=0.0.0.0:" + PORT,
                "-dev-root-token-id=" + TOKEN));
        BootstrapVault vault = new BootstrapVault(process, tokenFile);
        try {
            return waiting.until(
                    "waiting for the temporary Vault",
                    START_DEADLINE,
                    "see whether something else listens on port " + PORT + " of this host",
                    () -> vault.look(client));
        } catch (IOException | InterruptedException e) {
            vault.close();
            throw e;
        }
    }

    /** Another one would answer in its place, and its authorities are not those that this setup makes. */
    static void refuseBesideAnother(VaultClient client) throws IOException {
        try {
            client.health();
        } catch (VaultRequestException e) {
            return; // if it is something else that listens there, the new one ends and tells so
        }
        throw new IOException("a Vault answers at " + client.address()
                + " already: it is the temporary one of a setup that was killed, if you did not start it yourself. Stop neco"
                + " setup on all servers, end that Vault (on this host: `pkill -f 'vault server -dev'`), and use --start-over"
                + " where setup has gone on with certificates of that Vault");
    }

    private Waiting.Look<BootstrapVault> look(VaultClient client) throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the temporary Vault does not run: " + process.ending() + "; is port " + PORT
                    + " of this host in use?");
        }
        try {
            VaultHealth health = client.health();
            return health.state().equals("active")
                    ? Waiting.Look.found(this)
                    : Waiting.Look.notYet("it is " + health.state());
        } catch (VaultRequestException e) {
            return Waiting.Look.notYet("");
        }
    }

    /** Makes the certificate authorities. Returns them with their keys. */
    Map<VaultCa, String> makeAuthorities(VaultClient client) throws IOException {
        log.info("prepare: create CA");
        Map<VaultCa, String> bundles = new EnumMap<>(VaultCa.class);
        for (VaultCa ca : VaultCa.all()) {
            client.mountPki(ca.mount(), VaultCa.CERTIFICATE_TTL, VaultCa.CA_TTL);
        }
        for (VaultCa ca : VaultCa.all()) {
            bundles.put(ca, client.generateExportedRoot(ca.mount(), ca.commonName(), VaultCa.CA_TTL));
        }
        for (VaultCa ca : VaultCa.all()) {
            client.writeRole(ca.mount(), VaultCa.SYSTEM_ROLE, role(ca, VaultCa.BOOTSTRAP_TTL));
        }
        client.remountKeyValue("secret");
        client.writeSecret(READY_PATH, Map.of("ready", "go"));
        return bundles;
    }

    /** The role certificates of {@code ca} are issued with. */
    static PkiRole role(VaultCa ca, String ttl) {
        return switch (ca) {
            case SERVER -> PkiRole.server(ttl);
            case ETCD_PEER -> PkiRole.peer(ttl);
            case ETCD_CLIENT -> PkiRole.client(ttl, ttl);
        };
    }

    /** Ends it and removes the file it leaves in the home directory. */
    @Override
    public void close() {
        process.close();
        try {
            Files.deleteIfExists(tokenFile);
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("file", tokenFile)
                    .addKeyValue("error", e.getMessage())
                    .log("cannot delete a file");
        }
    }
}
