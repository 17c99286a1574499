package io.neco.worker;

import java.util.ArrayList;
import java.util.List;

/** An election in etcd: the candidates in the order in which their keys were created. The first one leads. */
final class Election {
    private final EtcdModel etcd;
    private final String name;
    private final List<Candidate> queue = new ArrayList<>();

    Election(EtcdModel etcd, String name) {
        this.etcd = etcd;
        this.name = name;
    }

    EtcdModel etcd() {
        return etcd;
    }

    /** Whether {@code candidate} leads by etcd's lights. */
    boolean isLedBy(Candidate candidate) {
        return !queue.isEmpty() && queue.get(0) == candidate;
    }

    List<Candidate> candidates() {
        return queue;
    }

    /**
     * Stands for election.
     *
     * @param elected called when elected
     * @param lost called when the leadership, or the candidacy, is lost
     * @param failed called when etcd did not answer
     */
    void campaign(
            SimulatedProcess owner,
            long timeToLive,
            java.util.function.Consumer<Candidate> standing,
            Runnable elected,
            Runnable lost,
            Runnable failed) {
        int life = owner.life();
        Candidate candidate = new Candidate(this, owner, life, timeToLive, elected, lost);
        standing.accept(candidate);
        candidate.isInPlace = false;
        etcd.ask(
                owner,
                () -> {
                    etcd.touch();
                    candidate.isInPlace = true;
                    queue.add(candidate);
                    candidate.review();
                    return true;
                },
                ok -> {
                    if (candidate.isToldLost) {
                        candidate.withdraw();
                    } else {
                        candidate.isStanding = true;
                        look();
                    }
                },
                () -> {
                    if (candidate.isInPlace) {
                        candidate.abandon();
                    }
                    if (!candidate.isToldLost) {
                        candidate.isToldLost = true;
                        failed.run();
                    }
                });
    }

    /** The first one learns of it. */
    private void look() {
        if (!queue.isEmpty()) {
            Candidate first = queue.get(0);
            if (first.isStanding && !first.isElected) {
                long delay = etcd.sim().dice.small(1000);
                first.owner.laterIn(first.life, delay, () -> announce(first));
            }
        }
    }

    private void announce(Candidate first) {
        if (first.isElected || first.isToldLost || !isLedBy(first)) {
            return;
        }
        if (!etcd.isReachableFrom(first.owner.host) || !etcd.isServing()) {
            first.owner.laterIn(first.life, 2000, () -> announce(first));
            return;
        }
        first.isElected = true;
        first.owner.say("leads %s", name);
        first.elected.run();
    }

    /** The key of a candidate vanishes; its owner learns of it by its watch. */
    void remove(Candidate candidate) {
        if (queue.remove(candidate)) {
            etcd.touch();
            candidate.isInPlace = false;
            if (!candidate.isToldLost) {
                candidate.tellLost(etcd.sim().dice.small(3000));
            }
            look();
        }
    }
}
