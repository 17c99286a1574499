package io.neco.worker;

import org.jspecify.annotations.Nullable;

/** A process of a boot server: it may die at any moment, and stand still while its host is paused. */
abstract class SimulatedProcess {
    final Simulation sim;
    final SimulatedHost host;
    final String name;
    private int life;
    private boolean isAlive;
    private int effectsToLive = Integer.MAX_VALUE;

    SimulatedProcess(Simulation sim, SimulatedHost host, String name) {
        this.sim = sim;
        this.host = host;
        this.name = name;
    }

    /** Which of the processes that follow each other this is. */
    final int life() {
        return life;
    }

    final boolean isAlive() {
        return isAlive;
    }

    /** Does something later, unless this process has died until then. */
    final void later(long delay, Runnable what) {
        laterIn(life, delay, what);
    }

    /** Does something later in the life that is given. */
    final void laterIn(int which, long delay, Runnable what) {
        sim.timeline.at(delay, () -> resume(which, what));
    }

    private void resume(int which, Runnable what) {
        if (which != life || !isAlive) {
            return;
        }
        long pause = host.pausedUntil() - sim.timeline.now();
        if (pause > 0) {
            // its threads do not all run again at the same moment
            sim.timeline.at(pause + sim.dice.small(3000), () -> resume(which, what));
        } else {
            what.run();
        }
    }

    final void start() {
        if (isAlive || !host.isUp()) {
            return;
        }
        isAlive = true;
        say("starts, version %s", host.version());
        started();
    }

    /** The process begins. */
    abstract void started();

    /**
     * The process is no more.
     *
     * @param isGraceful whether it was asked to stop, and so gives up what it holds
     */
    abstract void ended(boolean isGraceful);

    final void stop(boolean isGraceful) {
        if (!isAlive) {
            return;
        }
        say(isGraceful ? "stops" : "is killed", null);
        ended(isGraceful);
        isAlive = false;
        life++;
        effectsToLive = Integer.MAX_VALUE;
        sim.etcd.reviewLeases();
    }

    /** Dies after so many more effects. */
    final void limit(int effects) {
        effectsToLive = effects;
    }

    /** Called between any two effects: whether the process died there. */
    final boolean diesHere() {
        if (effectsToLive-- > 0) {
            return false;
        }
        crash();
        return true;
    }

    /** Dies, and is started anew by systemd. */
    final void crash() {
        stop(false);
        restart(1000);
    }

    final void restart(long delay) {
        int boots = host.boots();
        sim.timeline.at(delay, () -> {
            if (boots == host.boots() && !host.isHeldStopped()) {
                start();
            }
        });
    }

    final void say(String what, @Nullable Object detail) {
        if (sim.trace.isOn()) {
            sim.trace.say(name, detail == null ? what : String.format(what, detail));
        }
    }
}
