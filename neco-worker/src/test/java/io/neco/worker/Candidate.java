package io.neco.worker;

/** A candidate in an election: its key in etcd, and the lease the key is bound to. */
final class Candidate {
    final Election election;
    final SimulatedProcess owner;
    final int life;
    final long timeToLive;
    final Runnable elected;
    final Runnable lost;
    /** Whether its key exists. */
    boolean isInPlace = true;
    /** Whether the owner knows that its key exists. */
    boolean isStanding;
    /** Whether the owner was told that it leads. */
    boolean isElected;
    /** Whether the owner knows that it leads no more. */
    boolean isToldLost;
    /** Whether the owner could know that it leads no more, if only it looked at the clock. */
    boolean isOverdue;

    private boolean isRenewing = true;
    private int generation;

    Candidate(Election election, SimulatedProcess owner, int life, long timeToLive, Runnable elected, Runnable lost) {
        this.election = election;
        this.owner = owner;
        this.life = life;
        this.timeToLive = timeToLive;
        this.elected = elected;
        this.lost = lost;
    }

    /** Whether the owner renews the lease has perhaps changed. */
    void review() {
        boolean should = election.etcd().canRenew(this);
        if (should == isRenewing || !isInPlace) {
            return;
        }
        isRenewing = should;
        Simulation sim = election.etcd().sim();
        if (should) {
            if (!isOverdue) {
                generation++;
            }
            return;
        }
        int mine = ++generation;
        long left = timeToLive - sim.dice.between(0, timeToLive / 3);
        sim.timeline.at(left, () -> {
            if (generation == mine) {
                isOverdue = true;
                tellLost(0);
            }
        });
        // a new leader of etcd gives every lease its full time again
        expire(mine, left + sim.dice.between(1, timeToLive / 2));
    }

    private void expire(int mine, long delay) {
        election.etcd().sim().timeline.at(delay, () -> {
            if (generation != mine || !isInPlace) {
                return;
            }
            if (election.etcd().isServing()) {
                election.remove(this);
            } else {
                expire(mine, timeToLive);
            }
        });
    }

    /** The owner learns, after a while, that it leads no more. */
    void tellLost(long delay) {
        owner.laterIn(life, delay, () -> {
            if (!isToldLost) {
                isToldLost = true;
                lost.run();
            }
        });
    }

    /** The owner gives up; when etcd does not hear of it, the lease expires. */
    void withdraw() {
        isToldLost = true;
        if (!isInPlace) {
            return;
        }
        EtcdModel etcd = election.etcd();
        if (etcd.isReachableFrom(owner.host) && etcd.isServing()) {
            election.remove(this);
        } else {
            abandon();
        }
    }

    /** Nobody renews the lease any more. */
    void abandon() {
        isOverdue = true;
        isRenewing = false;
        expire(++generation, timeToLive);
    }
}
