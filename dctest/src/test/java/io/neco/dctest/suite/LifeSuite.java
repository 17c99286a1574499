package io.neco.dctest.suite;

import static io.neco.dctest.Lab.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Servers come, go, are lost and come back. Source: dctest/join_remove_test.go at 1eec387, as far as its programs exist; losing a server
 * is this project's own.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(FirstFailureEndsTheSuite.class)
class LifeSuite {
    private static final Duration UPDATE = Duration.ofMinutes(5);
    private static final String CA = "/usr/local/share/ca-certificates/neco.crt";

    private static BootServers servers;
    private static Lab lab;
    private static String token = "";

    @BeforeAll
    static void setUpThreeBootServers() {
        servers = SharedCluster.running();
        lab = servers.lab();
        token = servers.rootToken();
    }

    @AfterAll
    static void removeTheLab() {
        SharedCluster.leave(servers);
    }

    private static void install(String host) {
        String version = servers.installedVersion("boot-0");
        String deb = "neco_" + version + "_amd64.deb";
        Lab.Result download = lab.shell(
                host,
                "cd /root && curl -fsSL -o " + deb
                        + " https://github.com/cybozu-go/neco/releases/download/release-" + version + "/" + deb
                        + " && dpkg -i " + deb);
        assertThat(download.succeeded()).as(download.toString()).isTrue();
    }

    private static void copyCa(String host) {
        String ca = lab.exec("boot-0", "cat", CA).orFail().stdout();
        lab.execWithInput(host, ca, "sh", "-c", "mkdir -p /usr/local/share/ca-certificates && cat >" + CA)
                .orFail();
    }

    /** The token goes over standard input, since arguments can be seen by everybody. */
    private static Lab.Result join(String host, String withToken, String... given) {
        return lab.execWithInput(
                host,
                withToken + "\n",
                "sh",
                "-c",
                "read -r VAULT_TOKEN; export VAULT_TOKEN; exec neco join " + String.join(" ", given));
    }

    /** Waits until all have updated to a new list of members, and restarted their etcd, at the end of which workers delete their journals. */
    private static void awaitMembers(String members) {
        waitUntil("an update of [" + members + "] is completed", UPDATE, () -> {
            String status = servers.status();
            return status.contains("members: [" + members + "]") && status.contains("status: completed");
        });
        for (String member : List.of(members.split(" ", -1))) {
            servers.awaitRest("boot-" + member);
        }
    }

    private static String etcdMembers() {
        return servers.etcdctl("member list").orFail().stdout();
    }

    private static void awaitHealthyMembers(int count) {
        waitUntil("etcd has " + count + " healthy members", UPDATE, () -> {
            Lab.Result health = servers.etcdctl("endpoint health --cluster");
            return health.succeeded()
                    && (health.stdout() + health.stderr())
                                    .lines()
                                    .filter(l -> l.contains("is healthy"))
                                    .count()
                            == count;
        });
    }

    private static void assertActive(String host, String... units) {
        for (String unit : units) {
            waitUntil(
                    unit + " of " + host + " is active",
                    BootServers.PROGRAM_START,
                    () -> lab.exec(host, "systemctl", "is-active", unit).succeeded());
        }
    }

    @Test
    @Order(10)
    void joinRefusesWhatItCannotDoAndSaysWhy() {
        lab.release("2022.06.21-32");
        servers.awaitUpdate("2022.06.21-32");
        install("boot-3");

        Lab.Result noCa = join("boot-3", token, "0", "1", "2");
        assertThat(noCa.exitCode()).isEqualTo(1);
        assertThat(noCa.stderr()).contains(CA + " is missing");

        copyCa("boot-3");
        Lab.Result badToken = join("boot-3", "s.wrong", "0", "1", "2");
        assertThat(badToken.exitCode()).isEqualTo(1);
        assertThat(badToken.stderr()).contains("ca-admin").doesNotContain("s.wrong");
        assertThat(join("boot-3", token, "0", "3").stderr()).contains("own logical rack number 3");
        assertThat(join("boot-3", token, "x").stderr()).contains("\"x\" is no logical rack number");
        assertThat(join("boot-1", token, "0").stderr()).contains("boot server 1 is in the cluster already");

        assertThat(servers.status()).contains("Boot servers: [0 1 2]");
    }

    @Test
    @Order(20)
    void aFourthServerJoins() {
        Lab.Result join = join("boot-3", token, "0", "1", "2");
        assertThat(join.succeeded()).as(join.toString()).isTrue();

        awaitMembers("0 1 2 3");
        assertActive("boot-3", "neco-updater", "neco-worker", "etcd-backup.timer", "etcd-container", "vault", "serf");
        lab.exec("boot-3", "test", "-x", "/usr/local/bin/etcdctl").orFail();
        assertThat(etcdMembers()).contains("boot-3").doesNotContain("unstarted");
        awaitHealthyMembers(4);
        waitUntil(
                "serf of boot-0 knows four servers",
                BootServers.PROGRAM_START,
                () -> lab.shell("boot-0", "serf members -status=alive | wc -l")
                        .stdout()
                        .strip()
                        .equals("4"));
        assertThat(join("boot-3", token, "0").stderr()).contains("it joined at");
    }

    @Test
    @Order(30)
    void fourServersAreUpdated() {
        lab.release("2022.06.22-33");

        servers.awaitUpdate("2022.06.22-33");

        assertThat(servers.installedVersion("boot-3")).isEqualTo("2022.06.22-33");
        awaitHealthyMembers(4);
    }

    @Test
    @Order(40)
    void theFourthServerLeaves() {
        lab.exec("boot-0", "neco", "leave", "3").orFail();

        awaitMembers("0 1 2");
        waitUntil("boot-3 is no member of etcd", UPDATE, () -> !etcdMembers().contains("boot-3"));
        awaitHealthyMembers(3);
        Lab.Result again = lab.exec("boot-0", "neco", "leave", "3");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.stderr()).contains("not found: boot server 3");
        assertThat(lab.exec("boot-0", "neco", "leave", "2").stderr()).contains("--force");
    }

    @Test
    @Order(50)
    void whoHasLeftJoinsAgain() {
        waitUntil(
                "boot-3 joins again",
                UPDATE,
                () -> join("boot-3", token, "0", "1", "2").orFail().succeeded());

        awaitMembers("0 1 2 3");
        awaitHealthyMembers(4);
        assertThat(lab.exec("boot-3", "ls", "/var/lib/etcd-container").stdout()).contains("member.old-1");
    }

    @Test
    @Order(60)
    void aLostServerIsReplaced() {
        Lab.Result alive = lab.exec("boot-0", "neco", "replace", "3");
        assertThat(alive.exitCode()).isEqualTo(1);
        assertThat(alive.stderr()).contains("is not lost");
        lab.kill("boot-3");

        Lab.Result replace = lab.exec("boot-0", "neco", "replace", "3");

        assertThat(replace.succeeded()).as(replace.toString()).isTrue();
        assertThat(replace.stdout()).contains("removed boot-3 from etcd", "neco join 0 1 2");
        awaitMembers("0 1 2");
        awaitHealthyMembers(3);

        lab.heal("boot-3");
        reinstall("boot-3");
        install("boot-3");
        copyCa("boot-3");
        waitUntil(
                "boot-3 joins again",
                UPDATE,
                () -> join("boot-3", token, "0", "1", "2").orFail().succeeded());
        awaitMembers("0 1 2 3");
        awaitHealthyMembers(4);
        assertThat(List.of(etcdMembers().split("\n", -1))).hasSizeGreaterThanOrEqualTo(4);
    }

    /** All that an installation of the operating system would not have left. */
    private static void reinstall(String host) {
        lab.shell(
                        host,
                        "systemctl stop neco-worker neco-updater vault etcd-container etcd-backup.timer; dpkg --purge neco;"
                                + " rm -rf /var/lib/etcd-container/* /etc/etcd /etc/vault /etc/sabakan /var/lib/neco"
                                + " /etc/neco/config.yml /etc/neco/etcd.* /etc/neco/server.* " + CA
                                + " /etc/systemd/system/vault.service /etc/systemd/system/etcd-*"
                                + " /usr/local/bin/etcd* /usr/local/bin/vault; systemctl daemon-reload;"
                                + " update-ca-certificates --fresh >/dev/null")
                .orFail();
    }
}
