package io.neco.dctest.chaos;

import io.neco.dctest.Lab;
import io.neco.dctest.suite.BootServers;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/** Has the version that all servers have updated once more, or the next one installed, and follows that to its end. */
final class Updates {
    private static final String RELEASE = "/neco/info/neco-release";
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final Lab lab;
    private final EtcdReader etcd;
    private final Collection<Host> hosts;

    /** How an update ended. */
    enum End {
        /** All servers have completed it, and nobody has anything left to do. */
        COMPLETED,
        /** The updater has stopped it. */
        STOPPED
    }

    Updates(Lab lab, EtcdReader etcd, Collection<Host> hosts) {
        this.lab = lab;
        this.etcd = etcd;
        this.hosts = hosts;
    }

    /**
     * Removes the record of the last update, what was done once for all included, and lets the updater look: it requests it anew.
     *
     * @return the watch that follows it from there on
     * @throws IOException when etcd does not answer
     */
    UpdateWatch request() throws IOException {
        String release = etcd.get(RELEASE).getOrDefault(RELEASE, "");
        UpdateWatch watch = new UpdateWatch(etcd, etcd.revision());
        etcd.run("del", "--prefix", "/neco/contents/").orFail();
        etcd.run("del", "--prefix", UpdateView.STATUS).orFail();
        etcd.run("put", RELEASE, release).orFail();
        return watch;
    }

    /**
     * Publishes a release with the next version, otherwise the same; the updater finds it.
     *
     * @return the watch that follows the update to it
     * @throws IOException when etcd does not answer
     */
    UpdateWatch install() throws IOException {
        String version = next(version());
        long revision = etcd.revision();
        lab.release(version);
        return new UpdateWatch(etcd, revision);
    }

    /**
     * The version that was requested last.
     *
     * @throws IOException when etcd does not answer, or there is no request
     */
    String version() throws IOException {
        return etcd.view().version().orElseThrow(() -> new IOException("no version has been requested"));
    }

    /** The version after this one: the number at its end is one more. */
    static String next(String version) {
        int end = version.lastIndexOf('-') + 1;
        return version.substring(0, end) + (Integer.parseInt(version.substring(end)) + 1);
    }

    /**
     * Waits for the end of an update.
     *
     * @param patience how long nothing may change before the wait is given up
     * @return the end; empty when the wait was given up
     */
    Optional<End> awaitEnd(UpdateWatch watch, Duration patience) throws InterruptedException {
        while (watch.quiet().compareTo(patience) < 0) {
            Optional<End> end = watch.await(GLANCE, Updates::end);
            if (end.isPresent() && (end.get() == End.STOPPED || areIdle())) {
                return end;
            }
            if (end.isPresent()) {
                // completed: only files on the hosts tell the rest
                watch.await(GLANCE, view -> view.isCompleted() && !areIdle() ? Optional.empty() : Optional.of(view));
            }
        }
        return Optional.empty();
    }

    static Optional<End> end(UpdateView view) {
        if (view.isStopped()) {
            return Optional.of(End.STOPPED);
        }
        return view.isCompleted() ? Optional.of(End.COMPLETED) : Optional.empty();
    }

    /** Whether no worker has anything left to do: each deletes its journal at the very end. */
    boolean areIdle() {
        try {
            return hosts.stream().noneMatch(host -> host.has(BootServers.WORKER_JOURNAL));
        } catch (AssertionError e) {
            return false; // a host is off
        }
    }
}
