package io.neco.dctest.suite;

import static io.neco.dctest.Lab.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** What gets a cluster going again: new certificates, a retry, and etcd from a backup after all its members were lost. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(FirstFailureEndsTheSuite.class)
class DisasterSuite {
    private static final String SNAPSHOT = "/root/snapshot.tar.gz";

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

    /** The token goes over standard input, since arguments can be seen by everybody. */
    private static Lab.Result withToken(String host, String command) {
        return lab.execWithInput(host, token + "\n", "sh", "-c", "read -r VAULT_TOKEN; export VAULT_TOKEN; " + command);
    }

    private static String fingerprint(String host, String file) {
        return lab.exec(host, "sha256sum", file).orFail().stdout();
    }

    @Test
    @Order(10)
    void certificatesAreRenewedAndEverythingGoesOn() {
        assertThat(lab.exec("boot-1", "neco", "cert", "list").orFail().stdout())
                .contains("/etc/neco/server.crt", "CN=boot-1", "ca-etcd-client", "localhost,127.0.0.1,10.69.0.195");
        assertThat(lab.exec("boot-1", "neco", "cert", "list", "--within", "4000")
                        .exitCode())
                .isEqualTo(5);
        String server = fingerprint("boot-1", "/etc/neco/server.crt");
        String workers = mainPid("boot-1", "neco-worker");

        Lab.Result renew = withToken("boot-1", "neco cert renew");

        assertThat(renew.succeeded()).as(renew.toString()).isTrue();
        assertThat(renew.stdout())
                .contains("renewed /etc/etcd/peer.crt", "vault.service has read its new certificates")
                .doesNotContain("restarted vault.service");
        assertThat(fingerprint("boot-1", "/etc/neco/server.crt")).isNotEqualTo(server);
        assertThat(mainPid("boot-1", "neco-worker")).isNotEqualTo(workers);
        lab.exec("boot-1", "neco", "cert", "list").orFail();
        assertThat(lab.shell("boot-1", "vault status").stdout()).containsPattern("Sealed +false");
        for (int port : new int[] {2379, 8200}) { // etcd, Vault
            assertThat(servedSerial("boot-1", port)).isEqualTo(fileSerial("boot-1"));
        }
        servers.etcdctl("endpoint health --cluster").orFail();
    }

    @Test
    @Order(15)
    void aServerWhoseCertificatesHaveExpiredGetsNewOnesByAnothersVault() {
        withToken("boot-1", """
                export VAULT_ADDR=https://10.69.0.3:8200
                set -eu
                issue() { # MOUNT FILE COMMON_NAME
                  vault write -format=json "$1/issue/system" ttl=3s common_name="$3" alt_names=localhost \\
                    ip_sans=127.0.0.1,10.69.0.195 exclude_cn_from_sans=true >/root/issued.json
                  jq -r .data.certificate /root/issued.json >"$2.crt"
                  jq -r .data.private_key /root/issued.json >"$2.key"
                }
                issue ca/server /etc/neco/server boot-1
                issue ca/boot-etcd-client /etc/neco/etcd neco
                rm /root/issued.json
                """).orFail();
        for (String name : List.of("server", "etcd")) {
            waitUntil(
                    name + " has expired",
                    Duration.ofMinutes(1),
                    () -> !lab.shell("boot-1", "openssl x509 -noout -checkend 0 <" + certificate(name))
                            .succeeded());
        }
        lab.exec("boot-1", "docker", "kill", "-s", "HUP", "vault").orFail(); // it shows the expired one from now on

        assertThat(lab.exec("boot-1", "neco", "status").stderr())
                .contains(certificate("etcd") + " holds a client certificate that expired at", "`neco cert renew`");
        Lab.Result own = withToken("boot-1", "neco cert renew");
        assertThat(own.exitCode()).isEqualTo(1);
        assertThat(own.stderr()).contains("its certificate has expired", "`neco cert renew --vault LRN`");
        withToken("boot-1", "neco cert renew --vault 0").orFail();

        lab.exec("boot-1", "neco", "cert", "list").orFail();
        lab.exec("boot-1", "neco", "status").orFail();
        assertThat(servedSerial("boot-1", 8200)).isEqualTo(fileSerial("boot-1"));
        servers.etcdctl("endpoint health --cluster").orFail();
    }

    private static String certificate(String name) {
        return "/etc/neco/" + name + ".crt";
    }

    private static String mainPid(String host, String unit) {
        return lab.exec(host, "systemctl", "show", "-p", "MainPID", "--value", unit)
                .orFail()
                .stdout();
    }

    private static String fileSerial(String host) {
        return lab.shell(host, "openssl x509 -noout -serial </etc/neco/server.crt")
                .orFail()
                .stdout();
    }

    private static String servedSerial(String host, int port) {
        return lab.shell(
                        host,
                        "openssl s_client -connect 127.0.0.1:" + port
                                + " </dev/null 2>/dev/null | openssl x509 -noout -serial")
                .orFail()
                .stdout();
    }

    @Test
    @Order(20)
    void anUpdateWhoseCauseOfFailureIsMendedIsRetried() {
        lab.shell("boot-2", "mv /etc/serf /etc/serf.away && touch /etc/serf").orFail();
        lab.release("2022.06.10-22");
        assertThat(servers.awaitAbort("2022.06.10-22")).contains("/etc/serf");

        lab.shell("boot-2", "rm /etc/serf && mv /etc/serf.away /etc/serf").orFail();
        waitUntil(
                "the updater has stopped the update",
                Duration.ofMinutes(1),
                () -> lab.exec("boot-1", "neco", "retry").succeeded());

        servers.awaitUpdate("2022.06.10-22");
        assertThat(lab.exec("boot-1", "neco", "retry").stderr()).contains("nothing to retry");
    }

    @Test
    @Order(30)
    void etcdIsRestoredFromABackupAfterAllItsMembersWereLost() {
        withToken("boot-0", "vault secrets enable kv && vault write kv/disaster word=survived")
                .orFail();
        takeSnapshotEverywhere();
        Lab.Result refused = lab.exec("boot-0", "neco", "etcd", "restore", SNAPSHOT);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.stderr()).contains("has data in /var/lib/etcd-container/member");
        onAll("systemctl stop etcd-container && rm -rf /var/lib/etcd-container/member");

        onAll("neco etcd restore " + SNAPSHOT)
                .forEach(result -> assertThat(result.stdout())
                        .contains(
                                "etcd serves: boot-0, boot-1, boot-2 are healthy",
                                "systemctl restart vault neco-worker"));
        onAll("systemctl restart vault neco-worker neco-updater");

        assertThat(servers.status()).contains("Boot servers: [0 1 2]", "version: 2022.06.10-22", "status: completed");
        waitUntil(
                "Vault has the secret",
                BootServers.PROGRAM_START,
                () -> withToken("boot-2", "vault read kv/disaster").stdout().contains("survived"));
        lab.release("2022.06.11-23");
        servers.awaitUpdate("2022.06.11-23");
        Lab.Result renew = withToken("boot-0", "neco cert renew neco");
        assertThat(renew.succeeded()).as(renew.toString()).isTrue();
    }

    private static void takeSnapshotEverywhere() {
        lab.exec("boot-0", "systemctl", "start", "etcd-backup.service").orFail();
        String text = lab.shell("boot-0", "base64 $(ls -t /var/lib/etcd-backup/*.tar.gz | head -n 1)")
                .orFail()
                .stdout();
        for (String server : BootServers.NAMES) {
            lab.execWithInput(server, text, "sh", "-c", "base64 -d >" + SNAPSHOT)
                    .orFail();
        }
    }

    /** Runs a line of shell on all three at once. */
    private static List<Lab.Result> onAll(String line) {
        ExecutorService hosts = Executors.newFixedThreadPool(BootServers.NAMES.size());
        try {
            List<CompletableFuture<Lab.Result>> runs = new ArrayList<>();
            for (String server : BootServers.NAMES) {
                runs.add(CompletableFuture.supplyAsync(() -> lab.shell(server, line), hosts));
            }
            return runs.stream().map(run -> run.join().orFail()).toList();
        } finally {
            hosts.shutdownNow();
        }
    }
}
