package io.neco.setup;

import io.neco.host.Command;
import io.neco.host.HostPaths;
import io.neco.host.HostRoot;
import io.neco.http.OsTrustStore;
import io.neco.program.etcd.EtcdProgram;
import io.neco.program.vault.VaultCa;
import io.neco.program.vault.VaultProgram;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.time.GoDuration;
import io.neco.vault.VaultClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a cluster out of three or more servers. Runs at the same time on all of them; the one with the lowest logical rack number
 * leads.
 *
 * <p>Source: setup/setup.go at 1eec387; the protocol is described in docs/setup.md.
 */
public final class Setup {
    private static final Logger log = LoggerFactory.getLogger(Setup.class);
    private static final String STOPPED = "it was told to stop";

    private final SetupHost host;
    private final SetupRequest request;
    private final Map<String, String> environment;
    private final Waiting waiting = new Waiting();
    private final Instant started;
    private SetupPhase phase = SetupPhase.TOOLS;

    /**
     * @param host what setup may use of this host
     * @param request what it was asked to do
     * @param environment environment variables: {@code HOME} and {@code VAULT_ADDR} count
     */
    public Setup(SetupHost host, SetupRequest request, Map<String, String> environment) {
        this.host = host;
        this.request = request;
        this.environment = environment;
        this.started = host.clock().instant();
    }

    /**
     * Sets this server up.
     *
     * @throws IOException when a check or a phase fails; the message tells the phase, why, and how to start over
     */
    public void run() throws IOException, InterruptedException {
        Privileges.requireRoot(HostRoot.system(), "setup must be run as root");
        SetupLock lock = SetupLock.take(host.files());
        try {
            Preconditions.Checked checked = new Preconditions(host).check(request);
            BootCluster cluster = checked.cluster();
            SetupPhase first = new Leftovers(host.files(), host.systemd(), EtcdProbe.byConnecting())
                    .settle(cluster, request.isStartOver());
            log.atInfo()
                    .addKeyValue("lrn", cluster.me())
                    .addKeyValue("servers", cluster.lrns())
                    .addKeyValue("leader", cluster.leader())
                    .log("setup: started");
            try {
                if (first == SetupPhase.TOOLS) {
                    phases(cluster, checked.bastion());
                } else {
                    finish(cluster, first);
                }
            } catch (IOException | StoreException e) {
                boolean isStopped = Thread.currentThread().isInterrupted();
                throw failed(cluster, e, isStopped ? STOPPED : String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                throw failed(cluster, e, STOPPED);
            }
        } finally {
            lock.close();
        }
    }

    private void phases(BootCluster cluster, String bastion) throws IOException, InterruptedException {
        EtcdPhase etcd = new EtcdPhase(host, cluster, waiting);
        VaultPhase vaultPhase = new VaultPhase(host, cluster, waiting, this::localVault);

        Map<VaultCa, String> authorities;
        try (Background tools = phaseWith(cluster, SetupPhase.TOOLS, new ToolsPhase(host, cluster)::run)) {
            BootstrapPhase bootstrap = new BootstrapPhase(host, cluster, bastion, waiting, environment);
            authorities = phaseWith(cluster, SetupPhase.BOOTSTRAP_CERTIFICATES, () -> bootstrap.run(tools));
        }
        NecoStore store = phaseWith(cluster, SetupPhase.ETCD, () -> {
            etcd.install();
            vaultPhase.install();
            host.systemd().enable(EtcdProgram.SERVICE + ".service", VaultProgram.SERVICE + ".service");
            return etcd.run();
        });
        try {
            NecoStore first = store;
            VaultClient vault = phaseWith(cluster, SetupPhase.VAULT, () -> vaultPhase.run(first, authorities));
            phase(cluster, SetupPhase.CERTIFICATES, () -> new CertificatePhase(host, cluster, bastion).run(vault));
            FinishPhase finish = new FinishPhase(host, cluster, waiting);
            store = registerAndRestart(cluster, finish, etcd, vaultPhase, first, vault);
            lastPhases(cluster, finish, store, vault);
        } finally {
            store.close();
        }
    }

    /** Goes on with a setup that ended on this host after its etcd and Vault were complete; what was done already is not done again. */
    private void finish(BootCluster cluster, SetupPhase first) throws IOException, InterruptedException {
        phase = first;
        log.atInfo().addKeyValue("phase", first.text()).log("setup: found an earlier setup, finishes it");
        EtcdPhase etcd = new EtcdPhase(host, cluster, waiting);
        VaultPhase vaultPhase = new VaultPhase(host, cluster, waiting, this::localVault);
        host.systemd().enable(EtcdProgram.SERVICE + ".service", VaultProgram.SERVICE + ".service");
        host.systemd().start(EtcdProgram.SERVICE + ".service");
        NecoStore store = etcd.reconnect();
        try {
            VaultClient vault = vaultPhase.startAgain(store);
            FinishPhase finish = new FinishPhase(host, cluster, waiting);
            if (first == SetupPhase.REGISTER) {
                store = registerAndRestart(cluster, finish, etcd, vaultPhase, store, vault);
            }
            lastPhases(cluster, finish, store, vault);
        } finally {
            store.close();
        }
    }

    /** Returns a new connection; the one given is closed. */
    private NecoStore registerAndRestart(
            BootCluster cluster,
            FinishPhase finish,
            EtcdPhase etcd,
            VaultPhase vaultPhase,
            NecoStore store,
            VaultClient vault)
            throws IOException, InterruptedException {
        phase(cluster, SetupPhase.REGISTER, () -> finish.register(store));
        return phaseWith(cluster, SetupPhase.RESTART, () -> finish.restart(store, etcd, vaultPhase, vault));
    }

    private void lastPhases(BootCluster cluster, FinishPhase finish, NecoStore store, VaultClient vault)
            throws IOException, InterruptedException {
        phase(cluster, SetupPhase.AWAIT_RESTARTS, () -> finish.awaitRestarts(store));
        RequestPhase last = new RequestPhase(host, cluster, request, waiting);
        phase(cluster, SetupPhase.REQUEST, () -> {
            if (cluster.isLeader()) {
                last.run(store, vault);
            } else {
                last.await(store);
            }
        });
        phase(cluster, SetupPhase.SERVICES, this::startServices);
        new SetupJournal(host.files()).complete(cluster, started, host.clock().instant());
        log.atInfo().addKeyValue("duration", since(started)).log("setup: completed");
    }

    private void startServices() throws IOException, InterruptedException {
        host.commands().run(Command.of("sync"));
        host.systemd().start("neco-worker.service");
        host.systemd().startLater("neco-updater.service"); // which waits for the worker
        TrustedBundle.complete(host.commands());
    }

    private VaultClient localVault() {
        String address = environment.getOrDefault("VAULT_ADDR", VaultClient.LOCAL);
        Path ca = host.files().path(HostPaths.SERVER_CA_FILE);
        return VaultClient.connect(address, new OsTrustStore(ca).sslContext());
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    @FunctionalInterface
    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    private void phase(BootCluster cluster, SetupPhase name, Action action) throws IOException, InterruptedException {
        phaseWith(cluster, name, () -> {
            action.run();
            return name;
        });
    }

    private <T> T phaseWith(BootCluster cluster, SetupPhase name, Work<T> work)
            throws IOException, InterruptedException {
        phase = name;
        Instant begin = host.clock().instant();
        new SetupJournal(host.files()).begin(cluster, name.text(), started);
        T result = work.run();
        log.atInfo()
                .addKeyValue("phase", name.text())
                .addKeyValue("duration", since(begin))
                .log("setup: finished a phase");
        return result;
    }

    private String since(Instant begin) {
        long millis = Duration.between(begin, host.clock().instant()).toMillis();
        return GoDuration.format(Duration.ofMillis(millis));
    }

    /** Before the first barrier nobody depends on this server, so what was started is stopped and setup can be started over. */
    private IOException failed(BootCluster cluster, Exception cause, String reason) {
        boolean isInterrupted = Thread.interrupted(); // or nothing could be stopped
        try {
            return told(cluster, cause, reason);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private IOException told(BootCluster cluster, Exception cause, String reason) {
        String servers =
                String.join(" ", cluster.lrns().stream().map(String::valueOf).toList());
        String what = "setup failed in phase " + phase.text() + " after " + since(started) + ": " + reason;
        String again = "run `neco setup --start-over " + servers + "` on every server";
        if (phase.compareTo(SetupPhase.ETCD) < 0) {
            return new IOException(what + ". Nothing was started here: run setup again on every server", cause);
        }
        String goOn = SetupPhase.finishable(phase.text()).isPresent()
                ? "To go on, run the same command again, without --start-over. "
                : "";
        if (phase.isBeforeBarrier() && stopWhatRuns(cause)) {
            return new IOException(
                    what + ". etcd and Vault of this server were stopped. " + goOn + "To start over, " + again, cause);
        }
        if (phase.isBeforeCompletion()) {
            return new IOException(
                    what
                            + ". etcd and Vault keep running. " + goOn
                            + "To start over, run `systemctl disable --now vault etcd-container` and then " + again,
                    cause);
        }
        return new IOException(
                what
                        + ". etcd and Vault keep running, and the other servers may be complete. To finish it, run the same command"
                        + " again, without --start-over; it goes on where it was",
                cause);
    }

    /** Returns whether nothing runs any more. */
    private boolean stopWhatRuns(Exception cause) {
        boolean isStopped = true;
        for (String unit : new String[] {VaultProgram.SERVICE, EtcdProgram.SERVICE}) {
            if (host.files().exists(HostPaths.serviceUnit(unit))) {
                try {
                    host.systemd().disableNow(unit + ".service");
                    host.systemd().requireStopped(unit + ".service");
                } catch (IOException e) {
                    cause.addSuppressed(e);
                    isStopped = false;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    cause.addSuppressed(e);
                    return false;
                }
            }
        }
        return isStopped;
    }
}
