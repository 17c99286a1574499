package io.neco.statesetter;

import io.neco.sabakan.MachineState;
import io.neco.sabakan.SabakanClient;
import io.neco.sabakan.StatedMachine;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes the retirement of machines on a thread of its own, since a BMC that does not answer takes minutes; runs never overlap. Source:
 * pkg/sabakan-state-setter/controller.go at 1eec387, where all other machines wait for it.
 */
final class Retirement implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Retirement.class);
    private static final long END_WITHIN_MILLIS = 200;

    private final SabakanClient sabakan;
    private final Neco neco;
    private final StateChanges changes;
    private final OwnMetrics metrics;
    private final AtomicBoolean isUnderWay = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread created = new Thread(task, "retirement");
        created.setDaemon(true);
        return created;
    });

    Retirement(SabakanClient sabakan, Neco neco, StateChanges changes, OwnMetrics metrics) {
        this.sabakan = sabakan;
        this.neco = neco;
        this.changes = changes;
        this.metrics = metrics;
    }

    /**
     * Begins a run through those of the machines that are retiring, unless one is under way.
     *
     * @param isLeading asked before each step: nothing more is done when this process does not lead any more
     */
    void begin(List<StatedMachine> machines, BooleanSupplier isLeading) {
        List<StatedMachine> retiring = machines.stream()
                .filter(machine -> machine.state() == MachineState.RETIRING)
                .toList();
        if (retiring.isEmpty() || !isUnderWay.compareAndSet(false, true)) {
            return;
        }
        thread.execute(() -> {
            try {
                run(retiring, () -> isLeading.getAsBoolean() && !thread.isShutdown());
            } catch (InterruptedException e) {
                log.trace("retirement ends", e);
            } catch (RuntimeException e) {
                log.atError().setCause(e).log("retirement; ended because of a mistake in this program");
            } finally {
                isUnderWay.set(false);
            }
        });
    }

    boolean isUnderWay() {
        return isUnderWay.get();
    }

    private void run(List<StatedMachine> retiring, BooleanSupplier isLeading) throws InterruptedException {
        for (StatedMachine machine : retiring) {
            if (!isLeading.getAsBoolean()) {
                return;
            }
            retire(machine, isLeading);
        }
    }

    /** Makes a machine's disks unreadable for good; harmless to repeat. */
    private void retire(StatedMachine machine, BooleanSupplier isLeading) throws InterruptedException {
        try {
            sabakan.deleteCrypts(machine.serial());
        } catch (IOException e) {
            metrics.retirement(OwnMetrics.Result.FAILED);
            StateChanges.about(log.atWarn(), machine).addKeyValue("error", e).log("failed to delete crypts on sabakan");
            return;
        }
        if (!isLeading.getAsBoolean()) {
            return;
        }
        String said;
        try {
            said = neco.clearTpm(machine.serial());
        } catch (IOException e) {
            metrics.retirement(OwnMetrics.Result.FAILED);
            StateChanges.about(log.atWarn(), machine).addKeyValue("error", e).log("failed to clear TPM");
            return;
        }
        metrics.retirement(OwnMetrics.Result.OK);
        StateChanges.about(log.atInfo(), machine)
                .addKeyValue("cmdlog", said)
                .log("retirement; deleting encryption keys has been executed successfully");
        if (isLeading.getAsBoolean()) {
            changes.send(machine, MachineState.RETIRED);
        }
    }

    /** Ends it; a command under way is killed. */
    @Override
    public void close() {
        thread.shutdownNow();
        boolean isInterrupted = Thread.interrupted();
        try {
            if (!thread.awaitTermination(END_WITHIN_MILLIS, TimeUnit.MILLISECONDS)) {
                log.debug("retirement does not stop, leaving it");
            }
        } catch (InterruptedException e) {
            isInterrupted = true;
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
