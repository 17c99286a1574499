package io.neco.worker;

import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A whole cluster in one thread: workers and updaters with the deciding code of production, over a model of etcd and of the hosts, with
 * faults drawn from a seed. The same seed gives the same schedule.
 */
final class Simulation {
    /** Number of the last step. There are fewer than on real hosts, so that more schedules are tried in the same time. */
    static final int LAST_STEP = 6;
    /** Rewrites etcd's configuration, under the workers' lock. */
    static final int UPDATE_ETCD = 2;
    /** Stops CKE. */
    static final int STOP_CKE = 3;
    /** Gives CKE its template, one server for all, and starts it. */
    static final int UPDATE_CKE = 4;
    /** How many servers there may be. */
    static final int MOST_SERVERS = 8;

    private static final Instant BEGIN = Instant.parse("2022-05-25T00:00:00Z");
    private static final long MOST_HAPPENINGS = 60_000;
    private static final long LONGEST_RECOVERY = 8L * 3600 * 1000;
    private static final String[] RELEASES = {
        "2022.05.25-1", "2022.05.26-2", "2022.05.27-3", "2022.05.28-4", "2022.05.29-5", "2022.05.30-6"
    };
    private static final int[] SIZES = {1, 2, 3, 3, 3, 3, 3, 4, 5, 5, 7};

    final Timeline timeline = new Timeline();
    final Trace trace;
    final Mutation mutation;
    final Dice dice;
    final EtcdModel etcd = new EtcdModel(this);
    final Faults faults;
    final Invariants invariants = new Invariants(this);
    final Operator operator = new Operator(this);

    private final List<SimulatedHost> hosts = new ArrayList<>();
    private final boolean hasReferences;
    private int release;

    /**
     * How a simulation ended.
     *
     * @param violation what must never happen but did; empty: nothing
     * @param trace what happened, when asked for
     * @param happenings how much happened
     * @param recoveries how often somebody had to run {@code neco recover}
     * @param hasReferences whether workers of the reference took part
     */
    record Result(
            Optional<String> violation, List<String> trace, long happenings, int recoveries, boolean hasReferences) {}

    private Simulation(long seed, Mutation mutation, boolean isTraced) {
        this.trace = new Trace(timeline, isTraced);
        this.mutation = mutation;
        this.dice = new Dice(seed * 0x5DEECE66DL + 11);
        int draw = dice.below(10);
        Faults.Kind kind = draw == 0 ? Faults.Kind.CALM : draw < 5 ? Faults.Kind.SURVIVABLE : Faults.Kind.WILD;
        this.faults = new Faults(this, dice, kind);
        this.hasReferences = kind == Faults.Kind.WILD && dice.oneIn(3);
        int size = SIZES[dice.below(SIZES.length)];
        boolean isFresh = dice.oneIn(2);
        release = isFresh ? 0 : 1;
        for (int lrn = 0; lrn < size; lrn++) {
            addHost(lrn, hasReferences && dice.oneIn(2));
        }
        etcd.putLatest(RELEASES[0]);
        if (!isFresh) {
            complete(size);
        }
        hosts.forEach(SimulatedHost::startAll);
        faults.plan();
    }

    private SimulatedHost addHost(int lrn, boolean isReference) {
        SimulatedHost host = new SimulatedHost(this, lrn, RELEASES[0]);
        host.equip(isReference);
        hosts.add(host);
        etcd.register(lrn, true);
        return host;
    }

    /** The cluster was updated before. */
    private void complete(int size) {
        UpdateRequest before = new UpdateRequest(
                RELEASES[0], etcd.servers(), false, BEGIN.minusSeconds(100_000).atOffset(java.time.ZoneOffset.UTC));
        etcd.putRequest(before, false);
        for (int lrn = 0; lrn < size; lrn++) {
            etcd.putStatus(lrn, UpdateStatus.completed(RELEASES[0], LAST_STEP));
            host(lrn).installCke(RELEASES[0]);
        }
    }

    /** Runs the schedule of a seed. */
    static Result run(long seed, Mutation mutation, boolean isTraced) {
        Simulation sim = new Simulation(seed, mutation, isTraced);
        Optional<String> violation = Optional.empty();
        try {
            sim.run();
        } catch (Violation e) {
            violation = Optional.of(String.valueOf(e.getMessage()));
        }
        return new Result(
                violation, sim.trace.lines(), sim.timeline.count(), sim.operator.recoveries(), sim.hasReferences);
    }

    private void run() {
        for (SimulatedHost host : hosts) {
            etcd.members().add(host.lrn);
        }
        hosts.forEach(SimulatedHost::startEtcd);
        long end = faults.end() + LONGEST_RECOVERY;
        while (timeline.step(end)) {
            if (timeline.count() > MOST_HAPPENINGS) {
                throw new Violation("it does not come to an end");
            }
        }
        invariants.end();
    }

    // ---- the cluster

    SimulatedHost host(int lrn) {
        return hosts.get(lrn);
    }

    List<SimulatedHost> hosts() {
        return hosts;
    }

    SimulatedHost anyHost() {
        return hosts.get(dice.below(hosts.size()));
    }

    boolean hasReferences() {
        return hasReferences;
    }

    boolean areFaultsOver() {
        return faults.isOver();
    }

    /** The time. */
    Instant clock() {
        return BEGIN.plusMillis(timeline.now());
    }

    /** Tells one request from another. */
    long idOf(UpdateRequest request) {
        return request.startedAt().toInstant().toEpochMilli();
    }

    /** The newest release there is. */
    String release() {
        return RELEASES[release];
    }

    // ---- what people do

    /** Publishes a release. */
    void publish() {
        if (release < RELEASES.length - 1) {
            release++;
            trace.say("", "release " + release());
            hosts.forEach(host -> ((SimulatedUpdater) host.updater()).releaseChanged());
        }
    }

    /** Another server joins. */
    void join() {
        if (hosts.size() < MOST_SERVERS && etcd.isServing()) {
            trace.say("", "boot-" + hosts.size() + " joins");
            addHost(hosts.size(), hasReferences && dice.oneIn(2)).startAll();
        }
    }

    /** A server leaves, unless etcd cannot do without it. */
    void leave() {
        SimulatedHost leaving = anyHost();
        long others = etcd.members().stream()
                .filter(lrn -> lrn != leaving.lrn && host(lrn).isMemberUp())
                .count();
        if (etcd.servers().contains(leaving.lrn)
                && etcd.members().contains(leaving.lrn)
                && others > etcd.members().size() / 2) {
            trace.say("", "boot-" + leaving.lrn + " leaves");
            etcd.register(leaving.lrn, false);
            leaving.leave(dice.oneIn(2));
        }
    }
}
