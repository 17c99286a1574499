package io.neco.worker;

import java.time.Duration;

/** What goes wrong in a simulation, and how slow everything is; all drawn from the seed. */
final class Faults {
    /** How bad it is. */
    enum Kind {
        /** Nothing goes wrong. */
        CALM,
        /** What an update has to survive without anybody's help. */
        SURVIVABLE,
        /** Anything. */
        WILD
    }

    private static final int MOST_KILLS = 3;
    private static final long RECOVERY = 60_000;
    private static final long LEAST_RECOVERY_WITH_REFERENCES = 15_000;

    private final Simulation sim;
    private final Dice dice;
    private final Kind kind;
    private final long longestLatency;
    private final long longestWatchDelay;
    private final long longestDiskDelay;
    private final long longestStep;
    private final int repeats;
    private int losses;
    private int passingFailures;
    private int failingInstallations;
    private int kills = MOST_KILLS;
    private long end;
    private boolean isOver;
    private boolean isLong;

    Faults(Simulation sim, Dice dice, Kind kind) {
        this.sim = sim;
        this.dice = dice;
        this.kind = kind;
        longestLatency = dice.oneIn(3) ? 900 : 30;
        longestWatchDelay = dice.oneIn(3) ? 5000 : 50;
        longestDiskDelay = dice.oneIn(3) ? 3000 : 40;
        longestStep = dice.oneIn(4) ? 60_000 : 3000;
        repeats = kind == Kind.CALM ? 0 : new int[] {0, 3, 10}[dice.below(3)];
        losses = kind == Kind.CALM ? 0 : new int[] {0, 0, 5, 30}[dice.below(4)];
    }

    /** Plans all faults, and their end. */
    void plan() {
        long span = dice.oneIn(3) ? 200_000 : 40_000;
        int count = kind == Kind.CALM ? 0 : dice.below(kind == Kind.WILD ? 8 : 5);
        passingFailures = kind == Kind.CALM ? 0 : dice.below(3);
        failingInstallations = kind == Kind.WILD ? dice.below(2) : 0;
        end = span;
        for (int i = 0; i < count; i++) {
            sim.timeline.at(dice.small(span), this::strike);
        }
        if (kind == Kind.WILD && dice.oneIn(20)) {
            isLong = true;
            long duration = dice.between(1_000_000, 9_000_000);
            end = duration + span;
            sim.timeline.at(dice.small(span), () -> sim.anyHost().reboot(duration));
        }
        sim.timeline.at(end, this::finish);
    }

    private void strike() {
        SimulatedHost host = sim.anyHost();
        switch (dice.below(kind == Kind.WILD ? 17 : 11)) {
            case 0, 1 -> kill(host.worker());
            case 2 -> kill(host.updater());
            case 3 -> {
                if (kills-- > 0) {
                    host.reboot(dice.between(1000, 60_000));
                }
            }
            case 4 -> host.pause(dice.between(100, 40_000));
            case 5 -> cut(host, dice.between(100, 40_000));
            case 6 -> sim.etcd.compact(dice.below(3));
            case 7 -> sim.etcd.configure(Duration.ofMinutes(dice.between(50, 70)));
            case 8 -> {
                if (!sim.etcd.updaters().candidates().isEmpty()) {
                    sim.etcd.updaters().remove(sim.etcd.updaters().candidates().get(0));
                }
            }
            case 9 -> sim.join();
            case 10 -> sim.publish();
            case 11 -> sim.leave();
            case 12 -> sim.operator.stopUpdate();
            case 13 -> host.breakStep(1 + dice.below(Simulation.LAST_STEP));
            case 14 -> host.breakInstallation();
            case 15 -> host.fillDisk(true);
            default -> crashLoop(host.worker());
        }
    }

    private void kill(SimulatedProcess process) {
        if (kills-- <= 0) {
            return;
        }
        if (dice.oneIn(3)) {
            if (process.isAlive()) {
                process.crash();
            }
        } else {
            process.limit(dice.below(12));
        }
    }

    private void crashLoop(SimulatedProcess process) {
        long pause = dice.between(500, 8000);
        for (int i = 1; i <= 4; i++) {
            sim.timeline.at(i * pause, () -> {
                if (process.isAlive() && !isOver) {
                    process.crash();
                }
            });
        }
    }

    private void cut(SimulatedHost host, long duration) {
        host.cut(true);
        sim.timeline.at(duration, () -> host.cut(false));
    }

    /** From now on nothing goes wrong any more, and what was broken is mended. */
    private void finish() {
        isOver = true;
        losses = 0;
        passingFailures = 0;
        failingInstallations = 0;
        sim.trace.say("", "no more faults");
        for (SimulatedHost host : sim.hosts()) {
            host.mend();
            host.cut(false);
            host.worker().limit(Integer.MAX_VALUE);
            host.updater().limit(Integer.MAX_VALUE);
            host.boot();
        }
    }

    boolean isOver() {
        return isOver;
    }

    /** When the last fault has happened. */
    long end() {
        return end;
    }

    /** Whether an update has to end without anybody's help. */
    boolean areSurvivable() {
        return kind != Kind.WILD;
    }

    /** Whether a server was away for longer than an update may take. */
    boolean areLong() {
        return isLong;
    }

    // ---- asked by the models

    /** Whether a call of etcd gets no answer. */
    boolean losesCall() {
        return dice.oneIn(losses);
    }

    /** How long a message takes. */
    long latency() {
        return 1 + dice.small(longestLatency);
    }

    long watchDelay() {
        return 1 + dice.small(longestWatchDelay);
    }

    /** Whether a watch delivers an event again. */
    boolean repeatsEvents() {
        return dice.oneIn(repeats);
    }

    long diskDelay() {
        return dice.small(longestDiskDelay);
    }

    /** How long a step takes; the last one does nothing. */
    long stepDuration(int step) {
        return dice.small(step == Simulation.LAST_STEP ? 20 : longestStep);
    }

    long downloadDuration() {
        return dice.small(longestStep);
    }

    /** Whether a step fails for a reason that passes. */
    boolean stepFails(SimulatedHost host) {
        if (passingFailures > 0 && !isOver && dice.oneIn(10)) {
            passingFailures--;
            return true;
        }
        return false;
    }

    /** Whether a host stands still at an awkward moment. */
    boolean freezes() {
        return kind != Kind.CALM && !isOver && dice.oneIn(50);
    }

    boolean failsToInstall() {
        if (failingInstallations > 0 && dice.oneIn(3)) {
            failingInstallations--;
            return true;
        }
        return false;
    }

    /** How long it takes until somebody runs {@code neco recover}. */
    long recoveryDelay() {
        // workers of the reference are started anew after an abort; to hurry would only disturb them
        long least = isOver && sim.hasReferences() ? LEAST_RECOVERY_WITH_REFERENCES : 0;
        return least + dice.small(RECOVERY);
    }
}
