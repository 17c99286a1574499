package io.neco.worker;

import io.neco.store.Snapshot;
import io.neco.store.StoreEvent;
import io.neco.update.Retry;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * etcd, as its clients see it: what is stored, revisions, guarded transactions, elections, watches, compaction; and what goes wrong on the
 * way to it. Values are kept as values: their coding is tested elsewhere.
 */
final class EtcdModel {
    private static final long FIRST_REVISION = 10;

    private final Simulation sim;
    private final Election updaters = new Election(this, "the updaters");
    private final Election workers = new Election(this, "the workers");
    private final Map<Integer, UpdateStatus> statuses = new TreeMap<>();
    private final List<StoreEvent> log = new ArrayList<>();
    private final List<WatchModel> watches = new ArrayList<>();
    private final Set<Integer> members = new TreeSet<>();

    private Optional<UpdateRequest> request = Optional.empty();
    private List<Integer> servers = List.of();
    private String latest = "";
    private Duration timeout = Duration.ofHours(1);
    private Optional<UploadRecord> upload = Optional.empty();
    private long revision = FIRST_REVISION;
    private long requestModified;
    private int compacted;

    /** That one server did something for all; see {@link io.neco.worker.step.ContentsGuard}. */
    record UploadRecord(String version, boolean isSuccess) {}

    EtcdModel(Simulation sim) {
        this.sim = sim;
    }

    Simulation sim() {
        return sim;
    }

    // ---- the state of the cluster

    Election updaters() {
        return updaters;
    }

    Election workers() {
        return workers;
    }

    Set<Integer> members() {
        return members;
    }

    /** Whether a majority of the members runs and sees each other. */
    boolean isServing() {
        int up = 0;
        for (int lrn : members) {
            if (sim.host(lrn).isMemberUp()) {
                up++;
            }
        }
        return up > members.size() / 2;
    }

    boolean areAllUp(Set<Integer> which) {
        for (int lrn : which) {
            if (!sim.host(lrn).isMemberUp()) {
                return false;
            }
        }
        return true;
    }

    boolean isReachableFrom(SimulatedHost host) {
        return !host.isCut();
    }

    boolean canRenew(Candidate candidate) {
        SimulatedProcess owner = candidate.owner;
        return candidate.life == owner.life()
                && owner.isAlive()
                && owner.host.pausedUntil() <= sim.timeline.now()
                && isReachableFrom(owner.host)
                && isServing();
    }

    /** To be called whenever a process, a host, or a member of etcd comes or goes. */
    void reviewLeases() {
        List.copyOf(updaters.candidates()).forEach(Candidate::review);
        List.copyOf(workers.candidates()).forEach(Candidate::review);
    }

    // ---- calls

    /**
     * A call of a client: something may go wrong on the way there and on the way back.
     *
     * @param server what etcd does
     * @param answer called with its answer
     * @param failure called when there is none
     */
    <T> void ask(SimulatedProcess client, Supplier<T> server, Consumer<T> answer, Runnable failure) {
        int life = client.life();
        long patience = sim.dice.between(1000, 3000);
        if (!isReachableFrom(client.host)) {
            client.later(patience, failure);
        } else if (sim.faults.losesCall()) {
            if (sim.dice.oneIn(2)) {
                sim.timeline.at(sim.faults.latency(), () -> {
                    if (isServing()) {
                        var unused = server.get();
                    }
                });
            }
            client.later(patience, failure);
        } else {
            sim.timeline.at(sim.faults.latency(), () -> {
                if (!isServing() || !isReachableFrom(client.host)) {
                    client.laterIn(life, patience, failure);
                    return;
                }
                T value = server.get();
                client.laterIn(life, sim.faults.latency(), () -> answer.accept(value));
            });
        }
    }

    Snapshot snapshot() {
        return new Snapshot(revision, request, statuses, latest, servers);
    }

    long revision() {
        return revision;
    }

    Optional<UpdateRequest> request() {
        return request;
    }

    /** Whether the request was neither written nor deleted after a revision. */
    boolean isRequestOf(long known) {
        return request.isPresent() && requestModified <= known;
    }

    /** Revision of the request's last change. */
    long requestModified() {
        return requestModified;
    }

    Map<Integer, UpdateStatus> statuses() {
        return statuses;
    }

    String latest() {
        return latest;
    }

    List<Integer> servers() {
        return servers;
    }

    Duration timeout() {
        return timeout;
    }

    Optional<UploadRecord> upload() {
        return upload;
    }

    // ---- writes

    /** A write that no watch shows. */
    long touch() {
        return ++revision;
    }

    private void append(StoreEvent event) {
        log.add(event);
        for (WatchModel watch : watches) {
            watch.wake();
        }
    }

    void putStatus(int lrn, UpdateStatus status) {
        statuses.put(lrn, status);
        append(new StoreEvent.StatusReported(touch(), lrn, status));
    }

    /** A write guarded by a leader's key; false: refused. */
    boolean guarded(Candidate leader, Runnable write) {
        if (!leader.isInPlace && sim.mutation != Mutation.DROP_GUARD) {
            return false;
        }
        sim.invariants.writes(leader);
        write.run();
        return true;
    }

    void putRequest(UpdateRequest changed, boolean isFresh) {
        request = Optional.of(changed);
        if (sim.trace.isOn()) {
            sim.trace.say("etcd", "request " + changed);
        }
        requestModified = touch();
        if (isFresh) {
            deleteStatuses();
        }
        append(new StoreEvent.RequestChanged(requestModified, request));
        sim.operator.requestChanged();
    }

    /** In the transaction of the present revision. */
    private void deleteStatuses() {
        for (int lrn : statuses.keySet()) {
            append(new StoreEvent.StatusDeleted(revision, "status/bootservers/" + lrn));
        }
        statuses.clear();
    }

    /** {@code neco recover}; false: refused. */
    boolean clear() {
        if (request.filter(UpdateRequest::stop).isEmpty()) {
            return false;
        }
        request = Optional.empty();
        upload = Optional.empty();
        requestModified = 0;
        sim.trace.say("etcd", "request and reports are cleared");
        touch();
        deleteStatuses();
        append(new StoreEvent.RequestChanged(revision, request));
        return true;
    }

    /** {@code neco retry}; false: refused. */
    boolean retry() {
        Retry retry = Retry.of(request, statuses, servers, false, sim.clock().atOffset(ZoneOffset.UTC));
        if (!(retry instanceof Retry.Again again)) {
            return false;
        }
        upload = upload.filter(UploadRecord::isSuccess);
        putRequest(again.request(), true);
        updaters.candidates().stream().findFirst().ifPresent(updaters::remove);
        return true;
    }

    void putLatest(String version) {
        latest = version;
        append(new StoreEvent.InfoChanged(touch(), "info/neco-release"));
    }

    void register(int lrn, boolean isComing) {
        Set<Integer> changed = new TreeSet<>(Comparator.comparing(String::valueOf));
        changed.addAll(servers);
        if (isComing) {
            changed.add(lrn);
        } else {
            changed.remove(lrn);
        }
        servers = List.copyOf(changed);
        append(new StoreEvent.InfoChanged(touch(), "info/bootservers/" + lrn));
    }

    void configure(Duration changed) {
        timeout = changed;
        append(new StoreEvent.ConfigChanged(touch(), "config/worker-timeout"));
    }

    void putUpload(UploadRecord changed) {
        upload = Optional.of(changed);
        touch();
    }

    // ---- watches

    /** Watches everything from a revision on. */
    WatchModel watch(SimulatedProcess client, long fromRevision, Consumer<StoreEvent> consumer) {
        int next = log.size();
        while (next > 0 && log.get(next - 1).revision() >= fromRevision) {
            next--;
        }
        WatchModel watch = new WatchModel(this, client, next, consumer);
        watches.add(watch);
        watch.wake();
        return watch;
    }

    /** Removes a member, unless etcd refuses because it could not do without it. */
    boolean removeMember(int lrn) {
        int up = 0;
        for (int member : members) {
            up += sim.host(member).isMemberUp() ? 1 : 0;
        }
        boolean isSafe = !sim.host(lrn).isMemberUp() || up - 1 >= 1 + (members.size() - 1) / 2;
        if (!isServing() || !isSafe) {
            return false;
        }
        if (sim.trace.isOn()) {
            sim.trace.say("etcd", "removes the member on boot-" + lrn);
        }
        members.remove(lrn);
        reviewLeases();
        return true;
    }

    void forget(WatchModel watch) {
        watches.remove(watch);
    }

    List<StoreEvent> log() {
        return log;
    }

    /** Events before this place in the log are compacted away. */
    int compacted() {
        return compacted;
    }

    /** Compacts all but the newest few events. */
    void compact(int kept) {
        compacted = Math.max(compacted, log.size() - kept);
        sim.trace.say("etcd", "is compacted");
    }
}
