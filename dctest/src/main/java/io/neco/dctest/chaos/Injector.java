package io.neco.dctest.chaos;

import io.neco.dctest.Lab;
import io.neco.dctest.suite.BootServers;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** Does to hosts what a {@link Fault} says, and undoes it. What can be looked up beforehand is looked up in {@link #arm}. */
final class Injector implements AutoCloseable {
    private static final String UPDATERS = "/neco/leader/updater/";
    private static final Duration UNTIL_UNPACKING = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private final Lab lab;
    private final EtcdReader etcd;
    private final Signals signals = new Signals();
    private final FullDisk fullDisk;
    private final SortedMap<Integer, Host> hosts = new TreeMap<>();
    private final SortedMap<Integer, Long> workers = new TreeMap<>();

    private long held;
    private Optional<Target> target = Optional.empty();
    private Optional<Runnable> cure = Optional.empty();

    /** A process that will be killed. */
    private record Target(String host, long pid) {}

    Injector(Lab lab, EtcdReader etcd) {
        this.lab = lab;
        this.etcd = etcd;
        this.fullDisk = new FullDisk(lab);
        for (String name : BootServers.NAMES) {
            hosts.put(BootServers.NAMES.indexOf(name), new Host(lab, name));
        }
    }

    SortedMap<Integer, Host> hosts() {
        return hosts;
    }

    /** Finds the processes that will be signalled. */
    void arm(Fault fault) throws IOException {
        workers.clear();
        for (var entry : hosts.entrySet()) {
            Host host = entry.getValue();
            workers.put(entry.getKey(), required(host.mainProcess("neco-worker"), host.name() + " runs no worker"));
        }
        target = switch (fault) {
            case UPDATER -> {
                String leader = etcd.election(UPDATERS).stream()
                        .findFirst()
                        .orElseThrow(() -> new IOException("no updater leads"));
                Host host = hosts.values().stream()
                        .filter(candidate -> candidate.name().equals(leader))
                        .findFirst()
                        .orElseThrow(() -> new IOException("the leading updater is on " + leader));
                yield Optional.of(new Target(
                        host.name(), required(host.mainProcess("neco-updater"), host.name() + " runs no updater")));
            }
            case ETCD -> {
                int leader = etcd.leader().orElseThrow(() -> new IOException("no member of etcd leads"));
                Host host = host(leader);
                yield Optional.of(new Target(host.name(), required(host.etcd(), host.name() + " runs no etcd")));
            }
            default -> Optional.empty();
        };
    }

    /**
     * Stops a process for the moment that it takes to bring the fault about: a server's worker, so that the step stays open, or the dpkg that
     * unpacks a package there, which is waited for.
     *
     * @throws AssertionError if dpkg does not unpack any
     */
    void hold(int server, boolean inUnpacking) {
        held = inUnpacking ? awaitUnpacking(host(server)) : worker(server);
        signals.send("STOP", held);
    }

    /** Lets the process go on. */
    void release() {
        signals.send("CONT", held);
    }

    /** Looks often: unpacking takes less than a second. */
    private static long awaitUnpacking(Host host) {
        long end = System.nanoTime() + UNTIL_UNPACKING.toNanos();
        while (System.nanoTime() < end) {
            OptionalLong dpkg = host.unpackingDpkg();
            if (dpkg.isPresent()) {
                return dpkg.getAsLong();
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        throw new AssertionError(
                "dpkg did not unpack a package on " + host.name() + " within " + UNTIL_UNPACKING.toSeconds() + " s");
    }

    /**
     * Brings a fault about.
     *
     * @param server the server that is hit
     * @return which host it has hit
     * @throws AssertionError if it cannot be brought about
     */
    String inject(Fault fault, int server) {
        String victim = host(server).name();
        switch (fault) {
            case WORKER -> kill(new Target(victim, worker(server)));
            case UPDATER, ETCD -> {
                kill(target.orElseThrow());
                return target.orElseThrow().host();
            }
            case REBOOT -> lab.reboot(victim);
            case PAUSE -> {
                cure = Optional.of(() -> lab.heal(victim));
                lab.pause(victim);
            }
            case CUT -> {
                cure = Optional.of(() -> lab.heal(victim));
                lab.cut(victim);
            }
            case REGISTRY -> {
                cure = Optional.of(lab::clearFaults);
                lab.fault("registry", "down");
            }
            case DISK -> {
                cure = Optional.of(() -> fullDisk.release(victim));
                fullDisk.fill(victim);
            }
        }
        return victim;
    }

    private void kill(Target process) {
        if (!signals.send("KILL", process.pid())) {
            throw new AssertionError("process " + process.pid() + " of " + process.host() + " was gone already");
        }
    }

    /** Ends the fault, if it is not over by itself. */
    void heal() {
        Optional<Runnable> due = cure;
        cure = Optional.empty();
        due.ifPresent(Runnable::run);
    }

    private Host host(int server) {
        return Objects.requireNonNull(hosts.get(server), () -> "there is no boot server " + server);
    }

    private long worker(int server) {
        return Objects.requireNonNull(workers.get(server), () -> "there is no boot server " + server);
    }

    private static long required(OptionalLong pid, String otherwise) throws IOException {
        return pid.orElseThrow(() -> new IOException(otherwise));
    }

    @Override
    public void close() {
        try {
            heal();
        } finally {
            signals.close();
        }
    }
}
