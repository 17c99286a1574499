package io.neco.worker.plan;

import io.neco.host.Systemd;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.update.UpdateRequest;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultHealth;
import io.neco.worker.plan.PlannedChange.Kind;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.HttpProbe;
import io.neco.worker.step.Settings;
import io.neco.worker.step.StepContext;
import io.neco.worker.step.StepHost;
import io.neco.worker.step.UpdatePlan;
import io.neco.worker.step.UpdateStep;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs the steps of an update without changing anything. */
public final class Rehearsal {
    /** What takes longer is a wait for something that is not so now. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Notes notes = new Notes();
    private final StepHost host;
    private final NecoStore store;

    /**
     * @param real the host, which is asked but not changed
     * @param store etcd, which is read but not written
     */
    public Rehearsal(StepHost real, NecoStore store) {
        RehearsalFiles files = new RehearsalFiles(real.files().root(), notes);
        RehearsalCommands commands = new RehearsalCommands(real.commands(), notes, files);
        this.host = new StepHost(
                real.lrn(),
                files,
                commands,
                new Systemd(commands, files),
                new RehearsalContainers(real.containers(), notes),
                real.artifacts(),
                real.servers(),
                // this server's stands by, so that it need not wait for the others
                address -> new VaultHealth(true, false, address.equals(VaultClient.LOCAL)),
                new RehearsalContents(real.contents(), notes),
                new UpAfterwards(real.http()),
                (wanted, settings, cancellation) ->
                        notes.add(Kind.PACKAGE, wanted.name(), "install " + wanted.release()));
        this.store = RehearsalStore.of(store, notes);
    }

    /**
     * Runs all steps, each also if an earlier one has failed.
     *
     * @param request what would be requested
     */
    public List<PlannedStep> run(UpdatePlan plan, UpdateRequest request, Settings settings)
            throws InterruptedException {
        List<PlannedStep> planned = new ArrayList<>();
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "plan-timer"));
        try {
            for (int number = 1; number <= plan.lastStep(); number++) {
                UpdateStep step = plan.step(number);
                Optional<String> problem =
                        step.isRehearsable() ? problem(step, request, settings, timer) : Optional.<String>empty();
                planned.add(new PlannedStep(
                        number, step.name(), step.description(), step.isRehearsable(), notes.take(), problem));
            }
        } finally {
            timer.shutdownNow();
        }
        return planned;
    }

    private Optional<String> problem(
            UpdateStep step, UpdateRequest request, Settings settings, ScheduledExecutorService timer)
            throws InterruptedException {
        Cancellation patience = new Cancellation();
        Future<?> end = timer.schedule(
                () -> patience.request(
                        "it would wait for " + (patience.awaited().isEmpty() ? "something" : patience.awaited())),
                PATIENCE.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            step.run(new StepContext(host, store, request, settings, patience));
            return Optional.empty();
        } catch (IOException | StoreException | CancelledException | UnsupportedOperationException e) {
            return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
        } finally {
            end.cancel(false);
        }
    }

    /** Tells truly whether a service is up now, and then that it is, as it would be after it was started. */
    private static final class UpAfterwards implements HttpProbe {
        private final HttpProbe real;
        private final Set<String> asked = ConcurrentHashMap.newKeySet();

        UpAfterwards(HttpProbe real) {
            this.real = real;
        }

        @Override
        public Optional<String> silence(String address) {
            return asked.add(address) ? real.silence(address) : Optional.empty();
        }
    }
}
