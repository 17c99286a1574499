package io.neco.dctest.suite;

import static io.neco.dctest.Lab.waitUntil;

import io.neco.dctest.Lab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The three boot servers of a lab, as the suites see them.
 *
 * @param lab the lab they are in
 */
public record BootServers(Lab lab) {
    /** How etcdctl is called on a boot server, with the certificate of Neco's programs. */
    public static final String ETCDCTL = "ETCDCTL_API=3 etcdctl"
            + " --endpoints=https://10.69.0.3:2379,https://10.69.0.195:2379,https://10.69.1.131:2379"
            + " --cert=/etc/neco/etcd.crt --key=/etc/neco/etcd.key";

    /** The version the lab is brought up with. */
    public static final String FIRST_VERSION = "2022.05.25-1";
    /** Host names. */
    public static final List<String> NAMES = List.of("boot-0", "boot-1", "boot-2");
    /** The data centre's HTTP proxy. */
    public static final String PROXY = "http://10.0.49.3:3128";

    /** How long a program may take to start. */
    public static final Duration PROGRAM_START = Duration.ofMinutes(1);

    /** Where a worker notes how far it has come in an update. */
    public static final String WORKER_JOURNAL = "/var/lib/neco/worker-journal.json";

    /** On a machine ten times slower than a fast one, one with other images of every program takes more than five minutes. */
    private static final Duration UPDATE = Duration.ofMinutes(10);

    /** A fresh lab with the first version installed. */
    public static BootServers fresh() {
        Lab lab = Lab.fromEnvironment();
        lab.lab("down");
        lab.up("--version", FIRST_VERSION);
        return new BootServers(lab);
    }

    /** A new lab with three boot servers that are set up, have done their first update and take releases. */
    public static BootServers running() {
        BootServers servers = fresh();
        servers.setUpAll();
        servers.awaitUpdate(FIRST_VERSION);
        servers.takeReleases();
        return servers;
    }

    /** Vault's root token. */
    public String rootToken() {
        return lab.exec("boot-0", "neco", "vault", "show-root-token")
                .orFail()
                .stdout()
                .strip();
    }

    /** Runs {@code neco setup} on all three at once, with further flags. */
    public void setUpAll(String... flags) {
        trySetUp(() -> {}, flags).forEach(Lab.Result::orFail);
    }

    /**
     * The same, and does something meanwhile.
     *
     * @return how it went, in the order of {@link #NAMES}
     */
    public List<Lab.Result> trySetUp(Runnable meanwhile, String... flags) {
        List<String> command = new ArrayList<>(List.of("neco", "setup", "--no-revoke", "--proxy=" + PROXY));
        command.addAll(List.of(flags));
        command.addAll(List.of("0", "1", "2"));
        ExecutorService hosts = Executors.newFixedThreadPool(NAMES.size());
        try {
            List<CompletableFuture<Lab.Result>> runs = new ArrayList<>();
            for (String server : NAMES) {
                runs.add(CompletableFuture.supplyAsync(() -> lab.exec(server, command.toArray(new String[0])), hosts));
            }
            meanwhile.run();
            return runs.stream().map(CompletableFuture::join).toList();
        } finally {
            hosts.shutdownNow();
        }
    }

    /** Lets releases of the release server be installed, and looks for them often. */
    public void takeReleases() {
        lab.exec("boot-0", "neco", "config", "set", "env", "prod").orFail();
        lab.exec("boot-0", "neco", "config", "set", "check-update-interval", "2s")
                .orFail();
    }

    /** What {@code neco status} prints. */
    public String status() {
        return lab.exec("boot-0", "neco", "status").orFail().stdout();
    }

    /** Waits until every worker has completed an update and is idle again. */
    public void awaitUpdate(String version) {
        lab.exec("boot-0", "neco", "status", "--watch", "--until", version, "--timeout", UPDATE.toMinutes() + "m")
                .orFail();
        for (String server : NAMES) {
            waitUntil(
                    "the worker of " + server + " is idle again",
                    UPDATE,
                    () -> lab.logs(server, "neco-worker", "-o", "cat")
                            .lines()
                            .anyMatch(l ->
                                    l.contains("\"update finished\"") && l.contains("version=\"" + version + "\"")));
        }
    }

    /** Waits until a server's worker has nothing left to do: it deletes its journal at the very end. */
    public void awaitRest(String server) {
        waitUntil(
                "the worker of " + server + " is at rest",
                UPDATE,
                () -> lab.exec(server, "test", "!", "-e", WORKER_JOURNAL).succeeded());
    }

    /** Waits until an update has been aborted and stopped; returns what {@code neco status} says of it. */
    public String awaitAbort(String version) {
        return waitUntil(
                "the update to " + version + " is aborted",
                UPDATE,
                this::status,
                status -> status.contains("version: " + version) && status.contains("status: aborted"));
    }

    /** Clears an aborted update once the updater has stopped it, so that it starts again. */
    public void recover() {
        waitUntil(
                "the updater has stopped the update",
                Duration.ofMinutes(1),
                () -> lab.exec("boot-0", "neco", "recover").succeeded());
    }

    /** The installed version of the package. */
    public String installedVersion(String server) {
        return lab.exec(server, "dpkg-query", "--showformat=${Version}", "-W", "neco")
                .orFail()
                .stdout();
    }

    /** Runs etcdctl with the certificate of Neco's programs. */
    public Lab.Result etcdctl(String arguments) {
        return lab.shell("boot-1", ETCDCTL + " " + arguments);
    }
}
