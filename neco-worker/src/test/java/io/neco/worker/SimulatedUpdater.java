package io.neco.worker;

import io.neco.store.Snapshot;
import io.neco.store.StoreEvent;
import io.neco.update.UpdateProgress;
import io.neco.updater.NextAction;
import io.neco.updater.Progress;
import io.neco.updater.Proposal;
import io.neco.updater.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The updater without threads: candidacy, leadership, the leader's loop, and the release checker, deciding by {@link NextAction}, {@link
 * Proposal} and {@link Waiting}, those of production.
 */
final class SimulatedUpdater extends SimulatedProcess {
    private static final long SESSION_TTL = 10_000;
    private static final long FIRST_PAUSE = 100;
    private static final long LONGEST_PAUSE = 5000;

    private final Deque<StoreEvent> inbox = new ArrayDeque<>();
    private @Nullable Candidate candidate;
    private @Nullable WatchModel watch;
    private @Nullable Waiting waiting;
    private Progress progress = Progress.none();
    private Duration timeout = Duration.ofHours(1);
    private int term;
    private @Nullable Instant alarm;
    private long pause = FIRST_PAUSE;
    private boolean isReading;

    SimulatedUpdater(Simulation sim, SimulatedHost host) {
        super(sim, host, "updater-" + host.lrn);
    }

    @Override
    void started() {
        later(sim.dice.between(50, 2000), this::stand);
    }

    @Override
    void ended(boolean isGraceful) {
        leave();
        if (candidate != null && isGraceful) {
            candidate.withdraw();
        }
        candidate = null;
    }

    private void leave() {
        term++;
        if (watch != null) {
            watch.close();
            watch = null;
        }
        waiting = null;
        progress = Progress.none();
        alarm = null;
        inbox.clear();
        isReading = false;
    }

    private void stand() {
        sim.etcd
                .updaters()
                .campaign(
                        this,
                        SESSION_TTL,
                        standing -> candidate = standing,
                        this::lead,
                        this::endTerm,
                        () -> later(nextPause(), this::stand));
    }

    private void endTerm() {
        say("lost the leadership", null);
        leave();
        if (candidate != null) {
            candidate.withdraw();
            candidate = null;
        }
        later(sim.dice.small(200), this::stand);
    }

    private long nextPause() {
        long now = pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        return now;
    }

    /** Does something in this term only. */
    private Runnable inTerm(Runnable what) {
        int mine = term;
        return () -> {
            if (mine == term) {
                what.run();
            }
        };
    }

    private void lead() {
        leave();
        readRevision();
    }

    private void readRevision() {
        int mine = term;
        sim.etcd.ask(
                this,
                sim.etcd::revision,
                revision -> {
                    if (mine != term) {
                        return;
                    }
                    watch = sim.etcd.watch(this, revision + 1, event -> {
                        inbox.add(event);
                        drain();
                    });
                    readSettings(inTerm(() -> {
                        releaseChanged();
                        look();
                    }));
                },
                inTerm(() -> later(nextPause(), inTerm(this::readRevision))));
    }

    private void readSettings(Runnable then) {
        isReading = true;
        int mine = term;
        sim.etcd.ask(
                this,
                sim.etcd::timeout,
                read -> {
                    if (mine != term) {
                        return;
                    }
                    isReading = false;
                    timeout = read;
                    then.run();
                },
                inTerm(() -> later(nextPause(), inTerm(() -> readSettings(then)))));
    }

    // ---- the loop

    private void look() {
        waiting = null;
        if (diesHere()) {
            return;
        }
        int mine = term;
        sim.etcd.ask(
                this,
                sim.etcd::snapshot,
                snapshot -> {
                    if (mine == term) {
                        decide(snapshot);
                    }
                },
                inTerm(() -> later(nextPause(), inTerm(this::look))));
    }

    private void decide(Snapshot snapshot) {
        pause = FIRST_PAUSE;
        progress = progress.with(snapshot, sim.clock(), sim.clock());
        NextAction action = NextAction.decide(snapshot, timeout, progress.since(), sim.clock());
        if (action instanceof NextAction.Stop stop
                && !UpdateProgress.isAborted(stop.request().version(), snapshot.statuses())) {
            sim.invariants.timedOut();
        }
        if (sim.trace.isOn()) {
            say("next action %s", action);
        }
        Optional<Proposal> proposal = Proposal.of(action, sim.clock().atOffset(ZoneOffset.UTC));
        if (proposal.isPresent()) {
            write(proposal.get());
            return;
        }
        if (action instanceof NextAction.Fail fail) {
            throw new Violation("what is stored makes no sense: " + fail.message());
        }
        waiting = Waiting.after(action, snapshot, progress);
        drain();
    }

    private void write(Proposal proposal) {
        Candidate leader = candidate;
        if (leader == null || diesHere()) {
            return;
        }
        int mine = term;
        sim.etcd.ask(
                this,
                () -> sim.etcd.guarded(leader, () -> sim.etcd.putRequest(proposal.request(), proposal.isFresh())),
                isTaken -> {
                    if (mine != term) {
                        return;
                    }
                    if (!isTaken) {
                        endTerm();
                        return;
                    }
                    announce(proposal);
                    look();
                },
                inTerm(() -> later(nextPause(), inTerm(this::look))));
    }

    private void announce(Proposal proposal) {
        say("tells: %s", proposal.notice().message());
    }

    private void drain() {
        while (waiting != null && !isReading && !inbox.isEmpty()) {
            StoreEvent event = inbox.remove();
            if (event instanceof StoreEvent.ConfigChanged) {
                readSettings(inTerm(this::drain));
                return;
            }
            if (event instanceof StoreEvent.Missed) {
                int mine = term;
                readSettings(() -> {
                    if (mine == term && waiting != null) {
                        hear(event);
                        drain();
                    }
                });
                return;
            }
            hear(event);
        }
        if (waiting != null && !isReading) {
            setAlarm(waiting);
        }
    }

    private void hear(StoreEvent event) {
        if (waiting == null) {
            return;
        }
        Waiting.Hearing hearing = waiting.hear(event, sim.clock());
        progress = hearing.waiting().progress();
        hearing.news().forEach(news -> {
            if (news instanceof Waiting.News.Failed failed) {
                say("tells: aborted: %s", failed.status().message());
            } else if (news instanceof Waiting.News.AllFinished) {
                say("tells: all finished", null);
            }
        });
        if (hearing.isOver()) {
            look();
        } else {
            waiting = hearing.waiting();
        }
    }

    /** Looks at the clock when the wait has lasted too long; settings may move that moment. */
    private void setAlarm(Waiting current) {
        Instant deadline = current.deadline(timeout);
        if (deadline.equals(Instant.MAX) || deadline.equals(alarm)) {
            return;
        }
        alarm = deadline;
        long left = Duration.between(sim.clock(), deadline).toMillis() + 1;
        later(Math.max(0, left), inTerm(() -> {
            alarm = null;
            if (waiting != null && !isReading && sim.clock().isAfter(waiting.deadline(timeout))) {
                look();
            }
        }));
    }

    // ---- the release checker

    /** There may be a newer release; the leader will notice. */
    void releaseChanged() {
        if (watch != null) {
            later(sim.dice.small(60_000), inTerm(this::checkRelease));
        }
    }

    private void checkRelease() {
        Candidate leader = candidate;
        int mine = term;
        if (leader == null) {
            return;
        }
        Runnable again = inTerm(() -> later(LONGEST_PAUSE, inTerm(this::checkRelease)));
        sim.etcd.ask(
                this,
                sim.etcd::latest,
                known -> {
                    String newest = sim.release();
                    if (mine == term && newest.compareTo(known) > 0) {
                        sim.etcd.ask(
                                this,
                                () -> sim.etcd.guarded(leader, () -> sim.etcd.putLatest(newest)),
                                isTaken -> {
                                    if (mine == term && !isTaken) {
                                        endTerm();
                                    }
                                },
                                again);
                    }
                },
                again);
    }
}
