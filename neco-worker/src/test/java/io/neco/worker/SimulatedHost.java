package io.neco.worker;

import io.neco.update.UpdateRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A boot server: what survives the processes that run on it. */
final class SimulatedHost {
    final int lrn;
    private final Simulation sim;
    private final String name;
    private String version;
    private SimulatedProcess worker;
    private SimulatedProcess updater;
    private boolean isReference;

    private boolean isUp = true;
    private boolean isCut;
    private boolean isGone;
    private long pausedUntil;
    private int boots;
    private boolean isInstalling;
    private boolean isHeldStopped;

    private boolean isEtcdUp;
    private boolean isRestartingEtcd;
    private long etcdConfig;
    private long etcdRuns;

    private Optional<String> cke = Optional.empty();

    private Optional<JournalEntry> journal = Optional.empty();
    private @Nullable JournalEntry unlinked;
    private boolean isDiskFull;
    private boolean hasLostEntries;

    private int brokenStep;
    private boolean isInstallBroken;

    @SuppressWarnings("NullAway.Init")
    SimulatedHost(Simulation sim, int lrn, String version) {
        this.sim = sim;
        this.lrn = lrn;
        this.version = version;
        this.name = "boot-" + lrn;
    }

    /** Gives the host its programs. */
    void equip(boolean withReference) {
        isReference = withReference;
        worker = withReference ? new ReferenceWorker(sim, this) : new SimulatedWorker(sim, this);
        updater = new SimulatedUpdater(sim, this);
    }

    boolean isReference() {
        return isReference;
    }

    SimulatedProcess worker() {
        return worker;
    }

    SimulatedProcess updater() {
        return updater;
    }

    String version() {
        return version;
    }

    private void say(String what) {
        sim.trace.say(name, what);
    }

    // ---- power and network

    boolean isUp() {
        return isUp;
    }

    boolean isCut() {
        return isCut;
    }

    /** Whether it has left for good. */
    boolean isGone() {
        return isGone;
    }

    long pausedUntil() {
        return pausedUntil;
    }

    int boots() {
        return boots;
    }

    void startAll() {
        worker.start();
        updater.start();
    }

    /** Loses power; what was not on disk is lost. */
    void powerOff() {
        if (!isUp) {
            return;
        }
        say("loses power");
        worker.stop(false);
        updater.stop(false);
        isUp = false;
        boots++;
        isInstalling = false;
        isHeldStopped = false;
        isRestartingEtcd = false;
        isEtcdUp = false;
        pausedUntil = 0;
        if (unlinked != null && journal.isEmpty() && sim.dice.oneIn(2)) {
            journal = Optional.of(unlinked); // nobody had made sure that the deletion was on disk
        }
        sim.etcd.reviewLeases();
    }

    void boot() {
        if (isUp || isGone) {
            return;
        }
        say("boots");
        isUp = true;
        int boot = boots;
        sim.timeline.at(sim.dice.between(0, 5000), () -> {
            if (boot == boots) {
                startEtcd();
            }
        });
        startAll();
    }

    void reboot(long duration) {
        powerOff();
        sim.timeline.at(duration, this::boot);
    }

    /** Leaves the cluster. */
    void leave(boolean withPower) {
        if (!withPower) {
            isGone = true;
            powerOff();
        }
    }

    void cut(boolean off) {
        if (isCut != off) {
            say(off ? "is cut off" : "is connected again");
            isCut = off;
            sim.etcd.reviewLeases();
        }
    }

    void pause(long duration) {
        if (isUp && pausedUntil <= sim.timeline.now()) {
            say("stands still");
            pausedUntil = sim.timeline.now() + duration;
            sim.etcd.reviewLeases();
            sim.timeline.at(duration, sim.etcd::reviewLeases);
        }
    }

    // ---- etcd

    boolean isMemberUp() {
        return isUp && isEtcdUp && !isCut && pausedUntil <= sim.timeline.now();
    }

    boolean isRestartingEtcd() {
        return isRestartingEtcd;
    }

    void startEtcd() {
        if (isUp && sim.etcd.members().contains(lrn)) {
            isEtcdUp = true;
            isRestartingEtcd = false;
            etcdRuns = etcdConfig;
            sim.etcd.reviewLeases();
        }
    }

    /** Writes etcd's configuration for a request. */
    void configureEtcd(long request) {
        etcdConfig = request;
    }

    /** The request whose configuration the running etcd has read. */
    long etcdRuns() {
        return etcdRuns;
    }

    /** Restarts etcd; that goes on also when the worker dies. */
    void restartEtcd(long duration) {
        sim.invariants.takesEtcdDown(this);
        say("restarts etcd");
        isEtcdUp = false;
        isRestartingEtcd = !isReference;
        sim.etcd.reviewLeases();
        int boot = boots;
        sim.timeline.at(duration, () -> {
            if (boot == boots) {
                startEtcd();
            }
        });
    }

    // ---- CKE

    Optional<String> cke() {
        return isUp ? cke : Optional.empty();
    }

    void stopCke() {
        cke = Optional.empty();
    }

    void startCke(UpdateRequest request) {
        cke = Optional.of(request.version());
        sim.invariants.startsCke(this, request);
    }

    /** CKE of an update before the simulation. */
    void installCke(String ofVersion) {
        cke = Optional.of(ofVersion);
    }

    // ---- packages

    /** Whether the package's scripts have stopped the programs, to start them again. */
    boolean isHeldStopped() {
        return isHeldStopped;
    }

    boolean isInstalling() {
        return isInstalling;
    }

    /**
     * dpkg runs, independently of the worker, which it stops.
     *
     * @param failed told when dpkg fails before that
     */
    void install(String wanted, Runnable failed) {
        isInstalling = true;
        int boot = boots;
        boolean fails = sim.faults.failsToInstall();
        boolean failsEarly = fails && sim.dice.oneIn(2);
        sim.timeline.at(sim.dice.between(50, 2000), () -> {
            if (boot != boots) {
                return;
            }
            if (failsEarly) {
                isInstalling = false;
                failed.run();
                return;
            }
            isHeldStopped = true;
            worker.stop(true);
            updater.stop(true);
            sim.timeline.at(sim.dice.between(100, 5000), () -> {
                if (boot != boots) {
                    return;
                }
                if (!fails) {
                    version = wanted;
                }
                isInstalling = false;
                isHeldStopped = false;
                startAll();
            });
        });
    }

    // ---- the disk

    Optional<JournalEntry> journal() {
        return journal;
    }

    void save(Optional<JournalEntry> entry) {
        if (entry.isEmpty()) {
            unlinked = journal.orElse(null);
            journal = entry;
        } else if (isDiskFull) {
            hasLostEntries = true;
        } else {
            journal = entry;
        }
    }

    /** Whether the disk was full when the journal was to be written. */
    boolean hasLostEntries() {
        return hasLostEntries;
    }

    void fillDisk(boolean isFull) {
        isDiskFull = isFull;
    }

    // ---- what is broken until somebody mends it

    void breakStep(int step) {
        brokenStep = step;
    }

    boolean isBroken(int step) {
        return brokenStep == step;
    }

    void breakInstallation() {
        isInstallBroken = true;
    }

    boolean isInstallBroken() {
        return isInstallBroken;
    }

    void mend() {
        brokenStep = 0;
        isInstallBroken = false;
        isDiskFull = false;
    }
}
