package io.neco.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link Journal}, which writes one entry after the other while its process goes on. */
final class SimulatedJournal {
    private final SimulatedProcess process;
    private final Deque<Optional<JournalEntry>> unsaved = new ArrayDeque<>();
    private @Nullable Runnable saved;

    SimulatedJournal(SimulatedProcess process) {
        this.process = process;
    }

    void note(Optional<JournalEntry> entry) {
        unsaved.add(entry);
        if (unsaved.size() == 1) {
            writeNext();
        }
    }

    private void writeNext() {
        process.later(process.sim.faults.diskDelay(), () -> {
            process.host.save(unsaved.remove());
            if (!unsaved.isEmpty()) {
                writeNext();
            } else if (saved != null) {
                Runnable then = saved;
                saved = null;
                then.run();
            }
        });
    }

    /** Calls when everything is on disk. False: it is already. */
    boolean flush(Runnable then) {
        if (unsaved.isEmpty()) {
            return false;
        }
        saved = then;
        return true;
    }

    /** The process is no more: what it was just writing may have reached the disk or not. */
    void die() {
        if (!unsaved.isEmpty() && process.sim.dice.oneIn(2)) {
            process.host.save(unsaved.remove());
        }
        unsaved.clear();
        saved = null;
    }
}
