package io.neco.setup;

import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.Systemd;
import io.neco.program.etcd.EtcdBackup;
import io.neco.program.etcd.EtcdProgram;
import io.neco.program.vault.VaultProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an earlier setup has left on this host, and how it is removed. A cluster that runs is never touched. */
final class Leftovers {
    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

    /** What would make a new cluster fail or mix with an old one. */
    private static final List<String> TELLING = List.of(
            HostPaths.ETCD_DATA_DIR + "/member",
            HostPaths.NECO_CONFIG_FILE,
            HostPaths.ETCD_CONFIG_FILE,
            HostPaths.VAULT_CONFIG_FILE,
            HostPaths.serviceUnit(EtcdProgram.SERVICE),
            HostPaths.serviceUnit(VaultProgram.SERVICE));

    private static final List<String> UNITS =
            List.of(EtcdBackup.NAME + ".timer", VaultProgram.SERVICE + ".service", EtcdProgram.SERVICE + ".service");

    private static final List<String> REMOVED = List.of(
            HostPaths.serviceUnit(VaultProgram.SERVICE),
            HostPaths.serviceUnit(EtcdProgram.SERVICE),
            HostPaths.serviceUnit(EtcdBackup.NAME),
            HostPaths.timerUnit(EtcdBackup.NAME),
            EtcdBackup.SCRIPT_FILE,
            HostPaths.ETCD_DATA_DIR,
            HostPaths.ETCD_DIR,
            HostPaths.VAULT_DIR,
            HostPaths.NECO_CONFIG_FILE,
            HostPaths.NECO_CERT_FILE,
            HostPaths.NECO_KEY_FILE,
            HostPaths.SERVER_CERT_FILE,
            HostPaths.SERVER_KEY_FILE,
            HostPaths.SERVER_CA_FILE,
            SetupJournal.FILE);

    private final HostFiles files;
    private final Systemd systemd;
    private final EtcdProbe probe;

    Leftovers(HostFiles files, Systemd systemd, EtcdProbe probe) {
        this.files = files;
        this.systemd = systemd;
        this.probe = probe;
    }

    /**
     * Fails unless setup may go on; removes leftovers when asked to. Removes nothing that may belong to a complete cluster: only what
     * this host's journal says an incomplete setup has left, and only while this host's etcd does not run.
     *
     * @return the phase to begin with: the first one, or that from which an earlier setup, which the others may have completed, is finished
     * @throws IOException naming what was found and how to start over
     */
    SetupPhase settle(BootCluster cluster, boolean isStartOver) throws IOException, InterruptedException {
        refuseAfterJoin();
        Optional<SetupJournal.Entry> journal = new SetupJournal(files).read();
        if (journal.isPresent() && journal.get().completed().isPresent()) {
            throw new IOException("this boot server was set up at "
                    + journal.get().completed().get() + " together with "
                    + journal.get().servers() + " (says "
                    + SetupJournal.FILE + "); setup is done once in the life of a cluster and never again on top of it."
                    + " See `neco status`");
        }
        Optional<SetupPhase> finishable = journal.flatMap(entry -> SetupPhase.finishable(entry.phase()));
        if (finishable.isPresent() && (!isStartOver || !finishable.get().isBeforeCompletion())) {
            requireThatItCanBeFinished(journal.orElseThrow(), cluster, isStartOver);
            return finishable.get();
        }
        refuseWhereEtcdRuns(cluster);
        List<String> found = found();
        if (found.isEmpty()) {
            return SetupPhase.TOOLS;
        }
        if (journal.isEmpty()) {
            throw new IOException("this host has files of etcd or Vault that no setup known here has left ("
                    + String.join(", ", found)
                    + "); if they are of no use, remove them by hand (/usr/share/doc/neco/docs/setup.md)");
        }
        String state = "an earlier setup has not been completed on this host (it got as far as phase "
                + journal.get().phase() + "; found: " + String.join(", ", found) + ")";
        if (!isStartOver) {
            throw new IOException(state + ". To remove that and begin anew, run `neco setup --start-over "
                    + numbers(cluster.lrns()) + "` on every server");
        }
        remove();
        return SetupPhase.TOOLS;
    }

    /** A server that has come to a cluster later has no journal of setup that counts, and its etcd may just be down. */
    private void refuseAfterJoin() throws IOException {
        Optional<SetupJournal.Entry> join = SetupJournal.ofJoin(files).read();
        if (join.isPresent()) {
            throw new IOException("this boot server "
                    + join.get()
                            .completed()
                            .map(time -> "has joined a cluster at " + time)
                            .orElse("has begun to join a cluster")
                    + ", that of " + join.get().servers() + " (says " + SetupJournal.JOIN_FILE
                    + "), which setup never touches. See `neco status`; if this server has left that cluster for good, remove"
                    + " what is left by hand, that file, too (/usr/share/doc/neco/docs/setup.md)");
        }
    }

    /** From the last barrier on every server may be complete, so what is left to do is done and nothing is removed. */
    private static void requireThatItCanBeFinished(SetupJournal.Entry journal, BootCluster cluster, boolean isStartOver)
            throws IOException {
        String state = "an earlier setup of servers " + journal.servers() + " got as far as phase " + journal.phase()
                + " on this host, and the others may have completed theirs";
        if (isStartOver) {
            throw new IOException(state + ", so that it cannot be started over. To finish it, run `neco setup "
                    + journal.servers() + "` here, with the flags of before but without --start-over");
        }
        if (!journal.servers().equals(numbers(cluster.lrns()))) {
            throw new IOException(state + ". To finish it, run `neco setup " + journal.servers() + "` here, not with "
                    + numbers(cluster.lrns()));
        }
    }

    /** Where the leader begins no other server can have got further, so whoever answers belongs to another cluster. */
    private void refuseWhereEtcdRuns(BootCluster cluster) throws IOException {
        List<Integer> asked = cluster.isLeader() ? cluster.lrns() : List.of(cluster.me());
        List<Integer> answering = asked.stream()
                .filter(lrn -> probe.answers(cluster.servers().node0(lrn)))
                .toList();
        if (!answering.isEmpty()) {
            throw new IOException("etcd of boot server " + numbers(answering).replace(" ", ", ")
                    + " runs already, so there may be a complete cluster, which setup never touches. If it is what a failed setup"
                    + " has left, run `systemctl disable --now vault etcd-container` there, then `neco setup --start-over "
                    + numbers(cluster.lrns()) + "` on every server");
        }
    }

    /** What there is of {@link #TELLING}. */
    List<String> found() {
        return TELLING.stream().filter(files::exists).toList();
    }

    private void remove() throws IOException, InterruptedException {
        for (String unit : UNITS) {
            systemd.disableNow(unit);
        }
        for (String unit : UNITS) {
            systemd.requireStopped(unit); // or its data would be taken away under it
        }
        for (String path : REMOVED) {
            if (files.exists(path)) {
                delete(files.path(path));
                log.atInfo().addKeyValue("path", path).log("setup: removed what an earlier setup has left");
            }
        }
    }

    private static void delete(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            List<Path> below;
            try (Stream<Path> walk = Files.walk(path)) {
                below = walk.sorted((a, b) -> b.compareTo(a)).toList();
            }
            for (Path file : below) {
                // the directory itself may be a mount point, and is made anew anyway
                if (!file.equals(path)) {
                    Files.deleteIfExists(file);
                }
            }
            return;
        }
        try {
            Files.delete(path);
        } catch (NoSuchFileException e) {
            log.atDebug().addKeyValue("path", path).log("already gone");
        }
    }

    private static String numbers(List<Integer> numbers) {
        return String.join(" ", numbers.stream().map(String::valueOf).toList());
    }
}
