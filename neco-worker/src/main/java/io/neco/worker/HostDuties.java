package io.neco.worker;

import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.program.etcd.EtcdProgram;
import io.neco.program.vault.VaultProgram;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.update.UpdateRequest;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.DockerProxy;
import io.neco.worker.step.InstalledHere;
import io.neco.worker.step.Settings;
import io.neco.worker.step.StepContext;
import io.neco.worker.step.StepHost;
import io.neco.worker.step.StopCKE;
import io.neco.worker.step.StopVault;
import io.neco.worker.step.UpdatePlan;
import io.neco.worker.step.UpdateStep;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The duties of a worker on a real boot server; source: worker/ and pkg/neco-worker/main.go at 1eec387. */
final class HostDuties implements Duties {
    private static final Logger log = LoggerFactory.getLogger(HostDuties.class);
    private static final String RESOLV_CONF = "/etc/resolv.conf";
    private static final String RESOLV_CONF_TEXT = """
            nameserver 127.0.0.1
            search cluster.local
            options ndots:3
            """;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_STEP_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_START_PAUSE = Duration.ofSeconds(30);

    private final StepHost host;
    private final UpdatePlan plan;
    private final SelfUpdate selfUpdate;
    private final CurrentSettings current;
    private final BackOff stepBackOff;
    private final BackOff startBackOff;
    private final LongSupplier nanoTime;
    private final Preparation preparation;
    private @Nullable UpdateRequest stepsOf;
    private InstalledHere installed;

    /** @param current told of each change of the settings */
    HostDuties(StepHost host, UpdatePlan plan, SelfUpdate selfUpdate, CurrentSettings current) {
        this(host, plan, selfUpdate, current, FIRST_PAUSE, System::nanoTime);
    }

    /**
     * @param firstPause after the first failure of whatever is tried again; doubled after each further one
     * @param nanoTime the clock, as {@link System#nanoTime}
     */
    HostDuties(
            StepHost host,
            UpdatePlan plan,
            SelfUpdate selfUpdate,
            CurrentSettings current,
            Duration firstPause,
            LongSupplier nanoTime) {
        this.host = host;
        this.plan = plan;
        this.selfUpdate = selfUpdate;
        this.current = current;
        this.stepBackOff = new BackOff(firstPause, LONGEST_STEP_PAUSE);
        this.startBackOff = new BackOff(firstPause, LONGEST_START_PAUSE);
        this.nanoTime = nanoTime;
        this.preparation = new Preparation(selfUpdate::prepare);
        this.installed = new InstalledHere(host.lrn());
    }

    @Override
    public int lastStep() {
        return plan.lastStep();
    }

    // ---- the start

    @Override
    public void start() throws InterruptedException {
        attempt("start services", () -> {
            startService(EtcdProgram.SERVICE);
            // an update that goes on starts it when its turn has come, one that has ended lets settle() do it
            if (!StopVault.isStopped(host)) {
                startService(VaultProgram.SERVICE);
            }
        });
        attempt("configure DNS", this::configureDns);
        attempt("remove downloaded packages", selfUpdate::cleanUp);
    }

    @Override
    public void started() throws InterruptedException {
        attempt("tell that the worker has started", () -> {
            if (host.files().exists(HostPaths.WORKER_RUNTIME_DIR)) { // systemd makes it
                host.files().replace(HostPaths.WORKER_STARTED, "", FileMode.WORLD_READABLE);
            }
        });
    }

    @Override
    public void takeUp(NecoStore store, Settings settings, Cancellation cancellation) throws InterruptedException {
        current.set(settings);
        if (settings.proxy().isEmpty()) {
            log.info("no proxy is set (`neco config set proxy`), the container engine's proxy is left as it is");
        }
        attempt(
                "configure the container engine's proxy",
                () -> DockerProxy.apply(host, store, settings.proxy(), lock -> {}, cancellation));
    }

    /** One that is not enabled was stopped on purpose, e.g. on a server that has left: its old version must not come back. */
    private void startService(String name) throws IOException, InterruptedException {
        if (host.files().exists(HostPaths.serviceUnit(name))
                && host.systemd().isEnabled(name + ".service")
                && !isActive(name)) {
            host.systemd().enableNow(name + ".service");
        }
    }

    private boolean isActive(String name) throws IOException, InterruptedException {
        return host.commands()
                .run(Command.of("systemctl", "is-active", name + ".service").silent())
                .isSuccess();
    }

    private void configureDns() throws IOException, InterruptedException {
        CommandResult resolved = host.commands()
                .run(Command.of("systemctl", "is-active", "systemd-resolved.service")
                        .silent());
        if (resolved.isSuccess()) {
            throw new IOException("systemd-resolved.service is running, so " + RESOLV_CONF
                    + " is left as it is; disable it with `systemctl disable --now systemd-resolved`, then restart"
                    + " neco-worker");
        }
        if (host.files().replace(RESOLV_CONF, RESOLV_CONF_TEXT, FileMode.WORLD_READABLE)) {
            log.info("wrote " + RESOLV_CONF);
        }
    }

    private interface Chore {
        void run() throws IOException, CancelledException, InterruptedException;
    }

    private static void attempt(String what, Chore chore) throws InterruptedException {
        try {
            chore.run();
        } catch (CancelledException e) {
            log.atInfo().addKeyValue("reason", e.getMessage()).log("does not " + what + " now");
        } catch (IOException | StoreException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped");
            }
            log.atError().addKeyValue("error", e.getMessage()).log("cannot " + what);
        }
    }

    // ---- an update

    @Override
    public Runnable runStep(
            NecoStore store, Settings settings, UpdateRequest request, int number, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        preparation.atWork();
        current.set(settings); // a worker that resumes may come here before its first settings are taken up
        UpdateStep step = plan.step(number);
        if (!request.equals(stepsOf)) {
            installed = new InstalledHere(host.lrn()); // somebody may have changed it between two updates
            stepsOf = request;
        }
        long begin = nanoTime.getAsLong();
        StepFailures failures = new StepFailures(step.deadline());
        for (int attempt = 1; ; attempt++) {
            long attemptBegin = nanoTime.getAsLong();
            Duration pause = stepBackOff.after(attempt);
            StepContext context = new StepContext(host, store, request, settings, cancellation, installed);
            try {
                step.run(context);
                double seconds = (nanoTime.getAsLong() - begin) / 1e9;
                return () -> log.atInfo()
                        .addKeyValue("version", request.version())
                        .addKeyValue("step", number)
                        .addKeyValue("name", step.name())
                        .addKeyValue("response_time", seconds)
                        .addKeyValue("changed", context.changes())
                        .log("step finished");
            } catch (IOException | StoreException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped in step " + number);
                }
                if (!failures.mayPass(e, attemptBegin, nanoTime.getAsLong(), pause)) {
                    throw new IOException(step.name() + ": " + e.getMessage(), e);
                }
                log.atWarn()
                        .addKeyValue("step", number)
                        .addKeyValue("name", step.name())
                        .addKeyValue("attempt", attempt)
                        .addKeyValue("error", e.getMessage())
                        .log("step failed, trying again");
            }
            cancellation.rest(pause);
            installed = new InstalledHere(host.lrn());
        }
    }

    @Override
    public void settle(Cancellation cancellation) throws InterruptedException {
        Optional<String> failure = startStopped();
        failure.ifPresent(HostDuties::tellNotStarted);
        preparation.atRest();
        try {
            for (int failures = 1; failure.isPresent(); failures++) {
                cancellation.rest(startBackOff.after(failures));
                Optional<String> next = startStopped();
                if (!next.equals(failure)) {
                    next.ifPresent(HostDuties::tellNotStarted);
                }
                failure = next;
            }
        } catch (CancelledException e) {
            log.atDebug().addKeyValue("reason", e.getMessage()).log("what the update has stopped is left so");
        }
    }

    /**
     * Starts what an update has stopped, CKE also when Vault cannot be.
     *
     * @return why something is still stopped; empty: nothing is
     */
    private Optional<String> startStopped() throws InterruptedException {
        List<String> failures = new ArrayList<>();
        start("vault", () -> StopVault.undo(host)).ifPresent(failures::add);
        start("cke", () -> StopCKE.undo(host)).ifPresent(failures::add);
        return failures.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", failures));
    }

    private interface Start {
        /** Returns what was started. */
        List<String> run() throws IOException, InterruptedException;
    }

    private static Optional<String> start(String program, Start start) throws InterruptedException {
        try {
            tellStarted(program, start.run());
            return Optional.empty();
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped");
            }
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static void tellNotStarted(String failure) {
        log.atError()
                .addKeyValue("error", failure)
                .log("cannot start what the update has stopped, trying again until it works");
    }

    private static void tellStarted(String program, List<String> started) {
        if (!started.isEmpty()) {
            log.atInfo()
                    .addKeyValue("changed", started)
                    .log(program + ": started again, since the update has ended early");
        }
    }

    @Override
    public void install(Settings settings, UpdateRequest request, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        preparation.atWork();
        selfUpdate.install(settings, request, cancellation);
    }

    @Override
    public void restartEtcd(NecoStore store, UpdateRequest request, Cancellation cancellation)
            throws InterruptedException {
        try {
            new EtcdRestart(host, store, request, cancellation).run();
        } catch (CancelledException e) {
            log.atInfo().addKeyValue("reason", e.getMessage()).log("etcd was not restarted");
        }
    }
}
