package io.neco.cli;

import io.neco.store.EtcdConfigException;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoStore;
import io.neco.store.Snapshot;
import io.neco.store.StoreException;
import io.neco.store.StoreWatch;
import io.neco.store.WatchTopic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Shows the status whenever it changes, until the update it follows has ended. etcd may be restarted meanwhile. */
final class StatusWatch {
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Surroundings surroundings;
    private final StatusFormat format;
    private final Optional<String> until;
    private final Optional<Duration> limit;
    private final Screen screen;
    private final Screen complaints;
    private String lastDocument = "";

    /** Something that etcd is asked for. */
    @FunctionalInterface
    private interface Question<T> {
        T ask() throws IOException;
    }

    /** How things stand when the watch begins. */
    private record Beginning(Snapshot snapshot, StatusView view) {
        static Beginning of(Snapshot snapshot) {
            return new Beginning(snapshot, StatusView.of(snapshot));
        }
    }

    StatusWatch(Surroundings surroundings, StatusFormat format, Optional<String> until, Optional<Duration> limit) {
        this.surroundings = surroundings;
        this.format = format;
        this.until = until;
        this.limit = limit;
        this.screen = new Screen(surroundings.out(), surroundings.isTerminal(), TerminalSize.of(surroundings));
        this.complaints = new Screen(surroundings.err(), false, TerminalSize.of(surroundings));
    }

    int run() throws IOException, InterruptedException {
        Optional<Instant> deadline =
                limit.map(l -> surroundings.clock().instant().plus(l));
        Semaphore changes = new Semaphore(0);
        try (NecoStore store = awaited(() -> surroundings.cluster().open(), deadline)) {
            Beginning beginning = awaited(() -> Beginning.of(store.snapshot()), deadline);
            clearNotes();
            StatusView view = beginning.view();
            long next = beginning.snapshot().revision() + 1;
            boolean hasRun = view.state() == UpdateState.RUNNING;
            try (StoreWatch status = store.watch(Set.of(WatchTopic.STATUS), next, e -> changes.release());
                    StoreWatch info = store.watch(Set.of(WatchTopic.INFO), next, e -> changes.release())) {
                while (true) {
                    Instant now = surroundings.clock().instant();
                    boolean isLast = isLate(deadline) || isOver(view, hasRun);
                    show(view, now, isLast);
                    if (surroundings.out().checkError()) {
                        return ExitCode.NOBODY_READS;
                    }
                    if (isLast) {
                        return view.state().exitCode();
                    }
                    if (changes.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                        changes.drainPermits();
                    }
                    view = refresh(store, view);
                    hasRun |= view.state() == UpdateState.RUNNING;
                }
            }
        }
    }

    /**
     * What etcd tells first. Who gives a time limit has etcd waited for as long; a value that cannot be understood is waited for in any case,
     * as it is later on.
     */
    private <T> T awaited(Question<T> question, Optional<Instant> deadline) throws IOException, InterruptedException {
        Semaphore never = new Semaphore(0);
        while (true) {
            try {
                return question.ask();
            } catch (EtcdConfigException e) {
                throw e;
            } catch (MalformedValueException e) {
                if (isLate(deadline)) {
                    throw e;
                }
                malformed(e);
            } catch (StoreException e) {
                if (deadline.isEmpty() || isLate(deadline)) {
                    throw e;
                }
                unanswered(e);
            }
            var unused = never.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private boolean isLate(Optional<Instant> deadline) {
        Instant now = surroundings.clock().instant();
        return deadline.map(d -> !now.isBefore(d)).orElse(false);
    }

    private void show(StatusView view, Instant now, boolean isLast) {
        if (!format.isDocument()) {
            screen.show(format.render(view, now), activity(view), now, isLast);
            return;
        }
        String document = format.renderInStream(view, now);
        if (!document.equals(lastDocument)) {
            surroundings.out().print(document);
        }
        lastDocument = document;
    }

    private void unanswered(StoreException e) {
        note("unanswered", "etcd does not answer at the moment, going on: " + e.getMessage());
    }

    private void malformed(MalformedValueException e) {
        note(
                String.valueOf(e.getMessage()),
                "the status cannot be told: " + e.getMessage() + "; this goes on when it is mended");
    }

    /** Among documents it would be no document. */
    private void note(String kind, String text) {
        (format.isDocument() ? complaints : screen).note(kind, text);
    }

    private void clearNotes() {
        screen.clearNote();
        complaints.clearNote();
    }

    private boolean isOver(StatusView view, boolean hasRun) {
        if (view.state() == UpdateState.RUNNING || view.state() == UpdateState.CLEAR) {
            return false;
        }
        return until.map(v -> view.request().map(r -> r.version().equals(v)).orElse(false))
                .orElse(hasRun || view.state() != UpdateState.COMPLETED);
    }

    private String activity(StatusView view) {
        String version = view.request().map(r -> r.version() + ": ").orElse("");
        return version + view.state().text() + ": " + view.activity();
    }

    private StatusView refresh(NecoStore store, StatusView last) {
        try {
            StatusView view = StatusView.of(store.snapshot());
            clearNotes();
            return view;
        } catch (MalformedValueException e) {
            malformed(e);
            return last;
        } catch (StoreException e) {
            unanswered(e);
            return last;
        }
    }
}
