package io.neco.dctest.suite;

import static io.neco.dctest.Lab.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.neco.dctest.Lab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The reference's own programs and ours in one cluster, see docs/compatibility.md. Skipped unless {@code neco.reference.worker} and
 * {@code neco.reference.updater} name executables of cybozu-go/neco at 1eec387, which are no part of this project.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(FirstFailureEndsTheSuite.class)
class MixedSuite {
    private static final String NEXT = "2022.05.26-2";
    private static final List<String> SERVERS = BootServers.NAMES;
    private static final Duration UPDATE = Duration.ofMinutes(5);
    private static final Pattern STARTED = Pattern.compile("started: (\\S+)");
    /** A step in the middle: the contents are still to come. */
    private static final int MIDDLE = 7;

    private static BootServers servers;
    private static Lab lab;

    @BeforeAll
    static void setUpThreeBootServers() {
        for (String program : List.of("worker", "updater")) {
            assumeTrue(
                    !executable(program).isEmpty(),
                    "-Dneco.reference." + program + "=FILE names the reference's neco-" + program);
        }
        servers = BootServers.running();
        lab = servers.lab();
        for (String server : SERVERS) {
            for (String program : List.of("worker", "updater")) {
                lab.copy(Path.of(executable(program)), server, "/opt/neco-" + program);
            }
        }
    }

    @AfterAll
    static void removeTheLab() {
        if (lab != null) {
            lab.downUnlessKept();
        }
    }

    @Test
    @Order(10)
    void oneWorkerOfTheReferenceAndTwoOfOursCompleteAnUpdate() {
        useReference("boot-0", "worker");

        Requested update = requestAgain();

        update.awaitCompletion();
    }

    @Test
    @Order(20)
    void twoWorkersOfTheReferenceOneOfOursAndTheReferencesUpdaterCompleteAnUpdate() {
        useReference("boot-1", "worker");
        SERVERS.forEach(server -> useReference(server, "updater"));

        Requested update = requestAgain();

        update.awaitCompletion();
    }

    @Test
    @Order(30)
    void noWorkerOfTheReferenceNoticesThatOursIsKilled() {
        killAt(MIDDLE, "boot-2");
        Requested update = requestAgain();

        update.awaitCompletion();
        assertThat(wasKilled("boot-2")).isTrue();
    }

    @Test
    @Order(40)
    void aKilledWorkerOfTheReferenceAbortsAndRecoverCuresIt() {
        killAt(MIDDLE, "boot-1");
        Requested update = requestAgain();

        waitUntil("the update is aborted", UPDATE, () -> status().contains("status: aborted"));
        assertThat(wasKilled("boot-1")).isTrue();
        Requested afterwards = new Requested(update.startedNow(), update.finished());
        servers.recover();
        afterwards.awaitCompletion();
    }

    @Test
    @Order(50)
    void aWorkerOfTheReferenceInstallsOurReleaseAndOursGoesOn() {
        SERVERS.forEach(server -> useOurs(server, "updater"));
        useOurs("boot-0", "worker");
        useOurs("boot-1", "worker");
        // where its package would have put it
        run("boot-1", "cp /opt/neco-worker /usr/sbin/neco-worker && systemctl restart neco-worker");
        assertThat(programOf("boot-1", "worker")).isEqualTo("/usr/sbin/neco-worker");

        lab.release(NEXT);

        servers.awaitUpdate(NEXT);
        for (String server : SERVERS) {
            assertThat(servers.installedVersion(server)).as(server).isEqualTo(NEXT);
            assertThat(programOf(server, "worker")).as(server).startsWith("/usr/lib/neco/runtime/");
        }
    }

    /** An update that has been asked for anew: when the one before began, and how often each worker had finished one. */
    private record Requested(String before, Map<String, Integer> finished) {
        boolean isNew() {
            String now = startedNow();
            return !now.isEmpty() && !now.equals(before);
        }

        String startedNow() {
            Matcher started = STARTED.matcher(status());
            return started.find() ? started.group(1) : "";
        }

        void awaitCompletion() {
            waitUntil("another update is completed", UPDATE, () -> {
                String status = status();
                assertThat(isNew() && status.contains("status: aborted"))
                        .as(status)
                        .isFalse();
                return isNew() && status.contains("status: completed");
            });
            finished.forEach((server, count) ->
                    waitUntil("the worker of " + server + " is idle again", UPDATE, () -> finishedOn(server) > count));
        }
    }

    /** Removes the record of the update that was completed, so that the same version is requested again. */
    private static Requested requestAgain() {
        Map<String, Integer> finished = new TreeMap<>();
        SERVERS.forEach(server -> finished.put(server, finishedOn(server)));
        Requested next = new Requested(new Requested("", Map.of()).startedNow(), finished);
        servers.etcdctl("del --prefix /neco/contents/").orFail();
        servers.etcdctl("del --prefix /neco/status/").orFail();
        // the reference's does not look for that while there is nothing else to do
        SERVERS.stream()
                .filter(server -> isReference(server, "updater"))
                .forEach(server -> run(server, "systemctl restart neco-updater"));
        waitUntil("an update begins", UPDATE, next::isNew);
        return next;
    }

    /** How many updates the worker of a server has got over: ours says so, the reference's after its restart. */
    private static int finishedOn(String server) {
        return (int) lab.logs(server, "neco-worker", "-o", "cat")
                .lines()
                .filter(line -> line.contains("\"update finished\"")
                        || line.contains("\"previous update was completed successfully\""))
                .count();
    }

    /** Has the host kill its worker as soon as that has reported a step: where a step has little to do, looking from outside comes too late. */
    private static void killAt(int step, String server) {
        String key = "/neco/status/bootservers/" + server.replaceFirst("^boot-", "");
        run(server, """
                cat >/run/kill-worker <<'END'
                %1$s watch --rev=$1 %2$s | while read -r line; do
                  case $line in *'"step":%3$d,'*) systemctl kill --signal=KILL neco-worker; exit ;; esac
                done
                END
                revision=$(%1$s get -w json %2$s | jq .header.revision)
                systemctl stop kill-worker 2>/dev/null
                systemd-run -q --collect --unit=kill-worker sh /run/kill-worker $((revision + 1))
                """.formatted(BootServers.ETCDCTL, key, step));
    }

    private static boolean wasKilled(String server) {
        return lab.logs(server, "neco-worker", "-o", "cat").contains("status=9/KILL");
    }

    private static void useReference(String server, String program) {
        String directory = "/etc/systemd/system/neco-" + program + ".service.d";
        run(
                server,
                "mkdir -p " + directory + " && printf '[Service]\\nExecStart=\\nExecStart=/opt/neco-" + program
                        + "\\n' >" + directory + "/reference.conf && systemctl daemon-reload && systemctl restart neco-"
                        + program);
        awaitProgram(server, program, "/opt/neco-" + program);
    }

    private static void useOurs(String server, String program) {
        run(
                server,
                "rm -rf /etc/systemd/system/neco-" + program + ".service.d/reference.conf && systemctl daemon-reload"
                        + " && systemctl restart neco-" + program);
        awaitProgram(server, program, "/usr/lib/neco/runtime/bin/java");
    }

    private static void awaitProgram(String server, String program, String file) {
        waitUntil(
                file + " runs on " + server,
                BootServers.PROGRAM_START,
                () -> programOf(server, program).equals(file));
    }

    /** The executable that runs as one of Neco's daemons. */
    private static String programOf(String server, String program) {
        return run(server, "readlink /proc/$(systemctl show -P MainPID neco-" + program + ")/exe")
                .strip();
    }

    /** Whether the reference's executable is started as one of Neco's daemons, which now and then are between two starts. */
    private static boolean isReference(String server, String program) {
        return run(server, "systemctl show -P ExecStart neco-" + program).contains("path=/opt/neco-" + program);
    }

    private static String status() {
        return servers.status();
    }

    private static String run(String server, String line) {
        return lab.shell(server, line).orFail().stdout();
    }

    private static String executable(String program) {
        return System.getProperty("neco.reference." + program, "");
    }
}
