package io.neco.dctest.chaos;

import io.neco.dctest.Lab;
import io.neco.dctest.chaos.CellResult.End;
import io.neco.dctest.suite.BootServers;
import io.neco.dctest.suite.Programs;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Runs cells, one after the other, on one lab. */
public final class CellRunner implements AutoCloseable {
    private static final Duration UNTIL_OPEN = Duration.ofMinutes(10);
    /** More than the ten minutes that a step may wait for the workers' lock, and than the updater's own limit. */
    private static final Duration PATIENCE = Duration.ofMinutes(12);

    private static final Duration SETTLING = Duration.ofMinutes(4);

    private final Lab lab;
    private final EtcdReader etcd;
    private final Injector injector;
    private final Updates updates;
    private final Preparation preparation;
    private final String token;
    private Contents baseline;

    private CellRunner(BootServers servers) throws IOException, InterruptedException {
        lab = servers.lab();
        etcd = new EtcdReader(lab);
        injector = new Injector(lab, etcd);
        updates = new Updates(lab, etcd, injector.hosts().values());
        preparation = new Preparation(lab);
        token = new Programs(servers).rootToken();
        try (UpdateWatch watch = updates.request()) {
            if (!updates.awaitEnd(watch, PATIENCE).equals(Optional.of(Updates.End.COMPLETED))) {
                throw new AssertionError("not even an update without a fault is completed: " + watch.describe());
            }
            int last = watch.await(Duration.ofSeconds(1), view -> Optional.of(view.lastStep()))
                    .orElse(0);
            if (last != Cell.STEPS) {
                throw new AssertionError("an update has " + last + " steps, not " + Cell.STEPS);
            }
        }
        baseline = settled(new Contents(new TreeSet<>()));
    }

    /**
     * A runner on a new lab of the name in the environment; an old one is removed.
     *
     * @throws IOException when etcd does not answer
     */
    public static CellRunner onNewLab() throws IOException, InterruptedException {
        return new CellRunner(ChaosLab.fresh());
    }

    /**
     * A runner on the lab that an earlier run has left, or on a new one.
     *
     * @throws IOException when etcd does not answer
     */
    public static CellRunner onPresentLab() throws IOException, InterruptedException {
        return new CellRunner(ChaosLab.present());
    }

    /** The lab. */
    public Lab lab() {
        return lab;
    }

    /**
     * Runs a cell and leaves a healthy cluster behind.
     *
     * @throws IOException when etcd does not answer
     * @throws AssertionError if the cluster cannot be brought into a state in which another cell can run
     */
    public CellResult run(Cell cell) throws IOException, InterruptedException {
        long revision = etcd.revision();
        preparation.prepare(cell.step());
        injector.arm(cell.fault());
        List<String> remarks = new ArrayList<>();
        String hit;
        End end;
        long begin;
        Aim aim = Aim.of(cell);
        try (UpdateWatch watch = cell.step() == Cell.INSTALLATION ? updates.install() : updates.request()) {
            begin = System.nanoTime();
            Optional<Integer> victim = watch.awaitChange(UNTIL_OPEN, aim::victim);
            if (victim.isEmpty()) {
                throw new AssertionError("step " + cell.step() + " did not begin: " + watch.describe());
            }
            hit = strike(cell.fault(), victim.get(), aim.inUnpacking(), watch);
            end = follow(watch, remarks);
        } finally {
            injector.heal();
        }
        long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
        Contents present = settled(baseline);
        List<String> lost = new ArrayList<>(present.differences(baseline));
        if (etcd.revision() < revision) {
            lost.add("etcd went back from revision " + revision + " to " + etcd.revision());
        }
        if (lost.isEmpty()) {
            baseline = present; // an installation adds templates
        } else {
            end = End.FAILED;
            remarks.addAll(lost);
        }
        return new CellResult(cell, Instant.now(), hit, end, seconds, String.join("; ", remarks));
    }

    /** Brings the fault about while what is to be hit stands still for a moment; tells where it took effect. */
    private String strike(Fault fault, int victim, boolean inUnpacking, UpdateWatch watch)
            throws IOException, InterruptedException {
        injector.hold(victim, inUnpacking);
        String hit;
        try {
            String at =
                    etcd.view().report(victim).map(UpdateView.Report::toString).orElse("without a report");
            String host = injector.inject(fault, victim);
            hit = host
                    + (host.equals("boot-" + victim) ? " " : " while boot-" + victim + " was ")
                    + at
                    + (inUnpacking ? ", dpkg unpacking" : "");
        } finally {
            injector.release();
        }
        Duration duration = fault.duration();
        if (!duration.isZero()) {
            watch.await(
                    duration,
                    view -> fault == Fault.REGISTRY && updates.areIdle() ? Updates.end(view) : Optional.empty());
            injector.heal();
        } else if (fault == Fault.DISK) {
            // full until the end: a disk does not get room by itself
            updates.awaitEnd(watch, PATIENCE);
            injector.heal();
        }
        return hit;
    }

    private End follow(UpdateWatch watch, List<String> remarks) throws IOException, InterruptedException {
        Optional<Updates.End> end = updates.awaitEnd(watch, PATIENCE);
        if (end.equals(Optional.of(Updates.End.COMPLETED))) {
            return End.COMPLETED;
        }
        remarks.add(etcd.view().reason().orElse(watch.describe()));
        if (end.isEmpty()) {
            return End.STUCK;
        }
        boolean hasRetry = lab.exec("boot-0", "neco", "help", "retry").succeeded();
        long revision = etcd.revision();
        try (UpdateWatch cured = new UpdateWatch(etcd, revision)) {
            lab.exec("boot-0", "neco", hasRetry ? "retry" : "recover").orFail();
            if (updates.awaitEnd(cured, PATIENCE).equals(Optional.of(Updates.End.COMPLETED))) {
                return hasRetry ? End.RETRIED : End.RECOVERED;
            }
            remarks.add("after the cure: " + etcd.view().reason().orElse(cured.describe()));
            return End.STUCK;
        }
    }

    /**
     * What is there once everything is back; what is there after a while if something stays away.
     *
     * @param wanted what should be there; empty if any will do whose services run
     */
    private Contents settled(Contents wanted) {
        List<Contents> seen = new ArrayList<>();
        try {
            Lab.waitUntil("everything is back", SETTLING, () -> {
                Contents contents = Contents.read(lab, etcd, updates.version(), token);
                seen.add(contents);
                return wanted.lines().isEmpty()
                        ? contents.isRunning()
                        : contents.differences(wanted).isEmpty();
            });
        } catch (AssertionError e) {
            if (seen.isEmpty()) {
                throw e;
            }
        }
        return seen.get(seen.size() - 1);
    }

    @Override
    public void close() {
        injector.close();
    }
}
