package io.neco.setup;

import io.neco.host.BootServer;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.Systemd;
import io.neco.program.etcd.EtcdProgram;
import io.neco.program.vault.VaultProgram;
import io.neco.store.ClusterHealth;
import io.neco.store.ElectionName;
import io.neco.store.Leadership;
import io.neco.store.NecoStore;
import io.neco.vault.VaultHealth;
import io.neco.vault.VaultRequestException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What uses certificates, and how it takes up new ones: etcd and Vault one server at a time, as the workers restart them. */
final class CertificateUsers {
    private static final int PEER_PORT = 2380;
    private static final String ETCD = EtcdProgram.SERVICE + ".service";
    private static final String VAULT = VaultProgram.SERVICE + ".service";
    /** States of a Vault that answers requests, or passes them on. */
    private static final Set<String> SERVING = Set.of("active", "standby");

    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(10);
    private static final Duration HEALTH_DEADLINE = Duration.ofMinutes(5);
    private static final Duration VAULT_DEADLINE = Duration.ofMinutes(3);

    private final HostFiles files;
    private final Systemd systemd;
    private final OperatorVault vaults;
    private final VaultReload vaultReload;
    private final Waiting waiting = new Waiting();

    CertificateUsers(HostFiles files, Systemd systemd, OperatorVault vaults, VaultReload vaultReload) {
        this.files = files;
        this.systemd = systemd;
        this.vaults = vaults;
        this.vaultReload = vaultReload;
    }

    /**
     * The cluster around this server.
     *
     * @param store etcd
     * @param servers addresses
     * @param me logical rack number of this server
     * @param lrns the registered servers
     * @param isForced whether Vault may be restarted although no other one can take over
     */
    record Scene(NecoStore store, BootServer servers, int me, List<Integer> lrns, boolean isForced) {}

    /** What {@link #takeUp} would do. */
    List<String> plan(List<BootCertificate> renewed) {
        List<String> plan = new ArrayList<>();
        services(renewed).forEach(service -> plan.add("would restart " + service + ".service unless it was stopped"));
        if (renewed.stream().anyMatch(BootCertificate::isEtcds)) {
            plan.add("would restart " + ETCD
                    + " when all members are healthy, if it does not read its certificates anew");
        }
        if (renewed.stream().anyMatch(BootCertificate::isVaults)) {
            plan.add("would restart " + VAULT
                    + " when another server's Vault can take over, if it does not read its certificates anew");
        }
        return plan;
    }

    private Set<String> services(List<BootCertificate> renewed) {
        Set<String> services = new LinkedHashSet<>();
        renewed.forEach(certificate -> services.addAll(certificate.services()));
        services.removeIf(service -> !systemd.isInstalled(service + ".service"));
        return services;
    }

    /** Refuses to restart Vault when the cluster has no other one that serves. */
    private void requireAnotherVault(Scene scene) throws IOException {
        if (scene.isForced()) {
            return;
        }
        List<String> reasons = new ArrayList<>();
        for (int lrn : scene.lrns()) {
            if (lrn != scene.me()) {
                String state = vaultState(lrn);
                if (SERVING.contains(state)) {
                    return;
                }
                reasons.add("boot server " + lrn + ": " + state);
            }
        }
        throw new IOException(
                "the certificates are renewed, but this server's Vault has to be restarted to use them, and no other one"
                        + " can take over (" + String.join("; ", reasons)
                        + "); unseal another one first and run the same command again, or use --force if Vault may be"
                        + " away for a while");
    }

    private String vaultState(int lrn) {
        try {
            return vaults.connect(lrn).health().state();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Lets everything use the new certificates. */
    void takeUp(List<BootCertificate> renewed, Scene scene, Consumer<String> tell)
            throws IOException, InterruptedException {
        for (String service : services(renewed)) {
            if (systemd.restartUnlessStopped(service + ".service")) {
                tell.accept("restarted " + service + ".service");
            }
        }
        boolean isEtcd = renewed.stream().anyMatch(BootCertificate::isEtcds) && !readsAnew();
        boolean isVault = renewed.stream().anyMatch(BootCertificate::isVaults)
                && systemd.isInstalled(VAULT)
                && !isReloaded(scene, tell);
        if (!isEtcd && !isVault) {
            return;
        }
        try (Leadership lock = scene.store()
                .campaign(ElectionName.WORKER, Integer.toString(scene.me()), TIME_TO_LIVE, LOCK_DEADLINE)) {
            if (isEtcd) {
                int members = scene.store().members().size();
                ClusterHealth health = new ClusterHealth(scene.store());
                health.awaitAllHealthy(members, HEALTH_DEADLINE);
                requireHeld(lock);
                systemd.restart(ETCD);
                health.awaitAllHealthy(members, HEALTH_DEADLINE);
                tell.accept("restarted " + ETCD);
            }
            if (isVault) {
                requireAnotherVault(scene);
                requireHeld(lock);
                if (systemd.restartUnlessStopped(VAULT)) {
                    awaitVault(scene);
                    tell.accept("restarted " + VAULT);
                }
            }
        }
    }

    /**
     * Whether Vault need not be restarted. A reload takes nobody's Vault away. One that serves nobody is restarted all the same, which also
     * unseals it, but not one that somebody has stopped.
     */
    private boolean isReloaded(Scene scene, Consumer<String> tell) throws IOException, InterruptedException {
        if (systemd.serviceState(VaultProgram.SERVICE).equals("inactive")) {
            tell.accept(VAULT + " is stopped; it reads its new certificates when it starts");
            return true;
        }
        String state;
        try {
            vaultReload.run();
            state = vaultState(scene.me());
        } catch (IOException e) {
            state = String.valueOf(e.getMessage());
        }
        if (!SERVING.contains(state)) {
            tell.accept(VAULT + " does not use its new certificates without a restart: " + state);
            return false;
        }
        tell.accept(VAULT + " has read its new certificates");
        return true;
    }

    /** etcd itself is asked: this server may have stood still, clock and all, while it waited. */
    private static void requireHeld(Leadership lock) throws IOException {
        if (!lock.confirm()) {
            throw new IOException(
                    "lost the workers' lock meanwhile; the new certificates are in place, but not everything uses"
                            + " them yet: run the same command again");
        }
    }

    /** etcd reads its certificates for every connection; one that does not has to be restarted. */
    private boolean readsAnew() throws IOException, InterruptedException {
        if (!EtcdProbe.byConnecting().answers("127.0.0.1")) {
            return true; // one that does not run reads them when it starts
        }
        return ServedCertificate.isCurrent(files, HostPaths.SERVER_CERT_FILE, EtcdProbe.PORT)
                && ServedCertificate.isCurrent(files, HostPaths.ETCD_PEER_CERT_FILE, PEER_PORT);
    }

    private void awaitVault(Scene scene) throws IOException, InterruptedException {
        waiting.until(
                "waiting for this server's Vault to be unsealed, and for an active one",
                VAULT_DEADLINE,
                "the certificates are renewed; if it is sealed, unseal it with `vault operator unseal`; see `journalctl -u "
                        + VaultProgram.SERVICE + "`",
                () -> {
                    try {
                        VaultHealth own = vaults.connect(scene.me()).health();
                        if (own.isSealed() || !own.isInitialized()) {
                            return Waiting.Look.notYet("this server's Vault is " + own.state());
                        }
                    } catch (VaultRequestException e) {
                        return Waiting.Look.notYet(String.valueOf(e.getMessage()));
                    }
                    return scene.lrns().stream().anyMatch(lrn -> vaultState(lrn).equals("active"))
                            ? Waiting.Look.found(scene)
                            : Waiting.Look.notYet("no Vault is active");
                });
    }
}
