package io.neco.setup;

import io.neco.program.vault.VaultCa;
import io.neco.vault.CertificateRequest;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultRequestException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** First certificates for every server, valid for an hour; source: setup/vault.go at 1eec387. */
final class BootstrapPhase {
    private static final Logger log = LoggerFactory.getLogger(BootstrapPhase.class);

    /** How old the leader's may get while it waits for the others: etcd and Vault may have to be waited for within the same hour. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final SetupHost host;
    private final BootCluster cluster;
    private final String bastion;
    private final Waiting waiting;
    private final Map<String, String> environment;

    BootstrapPhase(
            SetupHost host, BootCluster cluster, String bastion, Waiting waiting, Map<String, String> environment) {
        this.host = host;
        this.cluster = cluster;
        this.bastion = bastion;
        this.waiting = waiting;
        this.environment = environment;
    }

    /**
     * Runs it, and waits for the tools.
     *
     * @param tools are being installed
     * @return the certificate authorities with their keys on the leader, nothing elsewhere
     */
    Map<VaultCa, String> run(Background tools) throws IOException, InterruptedException {
        VaultClient client = BootstrapVault.client(cluster);
        Map<VaultCa, String> authorities = Map.of();
        if (cluster.isLeader()) {
            authorities = lead(client, tools);
        } else {
            certify(client, tools);
        }
        tools.join();
        return authorities;
    }

    private Map<VaultCa, String> lead(VaultClient client, Background tools) throws IOException, InterruptedException {
        try (BootstrapVault vault = BootstrapVault.start(host.files(), cluster, waiting, environment)) {
            Map<VaultCa, String> bundles = vault.makeAuthorities(client);
            certifyAll(client, tools);
            return bundles;
        }
    }

    /** Returns when every server has certificates. */
    void certifyAll(VaultClient client, Background tools) throws IOException, InterruptedException {
        certify(client, tools);
        Instant issued = host.clock().instant();
        awaitOthers(client, tools);
        if (Duration.between(issued, host.clock().instant()).compareTo(FRESH) > 0) {
            takeCertificates(client);
        }
    }

    private void certify(VaultClient client, Background tools) throws IOException, InterruptedException {
        log.info("prepare: setup local certs");
        waiting.until(
                "waiting for the temporary Vault of boot server " + cluster.leader(),
                Waiting.WHILE_OTHERS_PULL,
                "is neco setup running on boot server " + cluster.leader() + ", and can this host reach "
                        + client.address() + "?",
                () -> {
                    tools.check();
                    return look(client, BootstrapVault.READY_PATH);
                });
        takeCertificates(client);
        client.writeSecret(BootstrapVault.donePath(cluster.me()), Map.of("done", 1));
        log.info("prepare: end");
    }

    private void takeCertificates(VaultClient client) throws IOException {
        CertificateFiles.SERVER_WITH_CA.write(
                host.files(),
                client.issue(
                        VaultCa.SERVER.mount(),
                        VaultCa.SYSTEM_ROLE,
                        CertificateRequest.server(host.hostname(), List.of("127.0.0.1", cluster.node0(), bastion))));
        TrustedBundle.addClusterCa(host.files());
        CertificateFiles.PEER.write(
                host.files(),
                client.issue(
                        VaultCa.ETCD_PEER.mount(),
                        VaultCa.SYSTEM_ROLE,
                        CertificateRequest.peer(host.hostname(), List.of(cluster.node0(), bastion))));
        CertificateFiles.VAULT.write(
                host.files(),
                client.issue(VaultCa.ETCD_CLIENT.mount(), VaultCa.SYSTEM_ROLE, CertificateRequest.client("vault")));
    }

    private void awaitOthers(VaultClient client, Background tools) throws IOException, InterruptedException {
        log.info("prepare: sync");
        TreeSet<Integer> done = new TreeSet<>();
        waiting.until(
                "waiting for certificates to be taken",
                Waiting.WHILE_OTHERS_PULL,
                "is neco setup running there with the same numbers?",
                () -> {
                    tools.check();
                    List<Integer> rest = new ArrayList<>(cluster.lrns());
                    rest.removeAll(done);
                    for (int lrn : rest) {
                        if (look(client, BootstrapVault.donePath(lrn)).value().isPresent()) {
                            done.add(lrn);
                        }
                    }
                    return done.containsAll(cluster.lrns())
                            ? Waiting.Look.found(done)
                            : Waiting.Look.notYet(cluster.missing(done));
                });
    }

    /** Not being there yet, having no such secret yet, and having no such engine yet all mean: wait. */
    private static Waiting.Look<Map<String, String>> look(VaultClient client, String path) throws IOException {
        try {
            return client.readSecret(path).map(Waiting.Look::found).orElseGet(() -> Waiting.Look.notYet(""));
        } catch (VaultRequestException e) {
            if (e.isNoAnswer() || e.status() == 400) {
                return Waiting.Look.notYet("");
            }
            throw e;
        }
    }
}
