package io.neco.dctest.suite;

import static io.neco.dctest.Lab.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every program of a boot server, and what nodes boot from: introduced on a new cluster, brought to the next release, and mended
 * after failures. Source: dctest/init_test.go, sabakan_test.go, machines_test.go, contents_test.go, etcdpasswd_test.go and
 * upgrade_test.go at 1eec387, as far as boot servers alone can show it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(FirstFailureEndsTheSuite.class)
class ProgramsSuite {
    private static final String FIRST = BootServers.FIRST_VERSION;
    private static final String NEXT = "2022.07.01-21";
    private static final String THIRD = "2022.07.02-22";
    private static final List<String> ROLES = List.of("boot", "cs", "ss");
    private static final String FIRST_OS = "3139.2.1";
    private static final String NEXT_OS = "3139.2.2";
    private static final Duration REPLICATION = Duration.ofMinutes(1);

    private static BootServers servers;
    private static Programs programs;
    private static Lab lab;

    @BeforeAll
    static void setUpThreeBootServers() {
        servers = BootServers.fresh();
        lab = servers.lab();
        programs = new Programs(servers);
        servers.setUpAll();
        servers.awaitUpdate(FIRST);
    }

    @AfterAll
    static void removeTheLab() {
        lab.downUnlessKept();
    }

    @Test
    @Order(10)
    void vaultGetsAnAdministrator() {
        String token = programs.rootToken();
        programs.run(
                "boot-0",
                "export VAULT_TOKEN=" + token
                        + "; vault auth enable -default-lease-ttl=2h -max-lease-ttl=24h userpass"
                        + " && vault write auth/userpass/users/admin policies=admin,ca-admin password=lab");

        assertThat(lab.execWithInput(
                                "boot-0",
                                "lab",
                                "vault",
                                "login",
                                "-token-only",
                                "-method=userpass",
                                "username=admin",
                                "password=-")
                        .orFail()
                        .stdout())
                .isNotBlank();
    }

    @Test
    @Order(20)
    void etcdpasswdIsIntroduced() {
        programs.initialise("etcdpasswd", programs.rootToken());

        programs.assertFiles("/etc/etcdpasswd/config.yml", "/etc/etcdpasswd/etcd.key", "/etc/etcdpasswd/etcd.crt");
        programs.awaitActive("ep-agent.service");
    }

    @Test
    @Order(30)
    void teleportGetsItsToken() {
        programs.run("boot-0", "neco init teleport");

        String token = programs.necoKeys("teleport/");
        assertThat(token).contains("teleport/auth-token");
        programs.run("boot-1", "neco teleport config");
        String config = programs.run("boot-1", "cat /etc/teleport/teleport.yaml");
        assertThat(config.lines().map(String::strip))
                .contains("auth_token: " + token.strip().replaceFirst("(?s).*\\s", ""), "advertise_ip: 10.69.0.195");
        assertThat(programs.run("boot-1", "stat -c '%a %U' /etc/teleport/teleport.yaml"))
                .isEqualTo("600 root\n");
        assertThat(programs.run("boot-1", "systemctl is-enabled teleport-node.service"))
                .isEqualTo("enabled\n");
    }

    @Test
    @Order(40)
    void serfKnowsAllBootServersAndTheirFailedUnits() {
        programs.assertFiles("/etc/serf/serf.json", "/usr/local/bin/setup-serf-tags");
        programs.awaitActive("serf.service", "setup-serf-tags.timer");

        waitUntil("serf lists three boot servers without failed units", Duration.ofMinutes(2), () -> {
            String members = lab.shell(
                            "boot-0",
                            "serf members -format json -tag boot-server=true | jq -c "
                                    + "'[.members[] | select(.tags[\"systemd-units-failed\"] == \"\")] | length'")
                    .stdout()
                    .strip();
            return members.equals("3");
        });
    }

    @Test
    @Order(50)
    void sabakanIsIntroduced() {
        programs.initialise("sabakan", programs.rootToken());

        programs.assertFiles(
                "/var/lib/sabakan",
                "/etc/sabakan/config.yml",
                "/etc/sabakan/etcd.key",
                "/etc/sabakan/etcd.crt",
                "/etc/bash_completion.d/sabactl");
        programs.awaitActive("sabakan.service");
    }

    @Test
    @Order(60)
    void ckeIsIntroducedAndHasALeader() {
        programs.initialise("cke", programs.rootToken());

        programs.assertFiles("/etc/cke/config.yml", "/etc/cke/etcd.key", "/etc/cke/etcd.crt");
        programs.awaitActive("cke.service", "cke-localproxy.service");
        programs.run("boot-0", "VAULT_TOKEN=" + programs.rootToken() + " ckecli vault init");
        waitUntil(
                "CKE has a leader",
                BootServers.PROGRAM_START,
                () -> lab.exec("boot-0", "ckecli", "leader").stdout().startsWith("boot-"));
    }

    @Test
    @Order(70)
    void introducingAProgramTwiceSaysWhatExists() {
        Lab.Result again = lab.exec("boot-1", "neco", "init", "sabakan").orFail();

        assertThat(again.stdout() + again.stderr()).contains("sabakan");
        programs.run("boot-0", "VAULT_TOKEN=" + programs.rootToken() + " neco init-local sabakan");
        programs.awaitActive("sabakan.service");
    }

    @Test
    @Order(80)
    void privateKeysAreNobodyElses() {
        for (String server : BootServers.NAMES) {
            assertThat(programs.run(server, "find /etc/sabakan /etc/cke /etc/etcdpasswd -name '*.key' -perm /077"))
                    .as(server)
                    .isEmpty();
        }
    }

    @Test
    @Order(90)
    void theKeyOfTheNodesIsMade() {
        programs.run("boot-0", "neco ssh generate");

        assertThat(programs.necoKeys("info/ssh-pubkey")).contains("ssh-rsa ");
    }

    @Test
    @Order(100)
    void sabakanLearnsOfAddressesAndMachines() {
        programs.run("boot-0", "sabactl ipam set -f /etc/neco/sabakan_ipam.json");
        programs.run("boot-0", "sabactl kernel-params set console=ttyS0");
        programs.run("boot-0", "sabactl machines create -f /mnt/machines.json");

        assertThat(programs.run("boot-2", "sabactl machines get --role boot --rack 1 | jq -r '.[].spec.ipv4[0]'"))
                .isEqualTo("10.69.0.195\n");
        assertThat(programs.run("boot-1", "sabactl kernel-params get")).isEqualTo("console=ttyS0\n");
    }

    @Test
    @Order(110)
    void bmcSettingsAreKept() {
        programs.run("boot-0", "neco bmc config set bmc-user /mnt/bmc-user.json");
        programs.run("boot-0", "neco bmc config set ipmi-user lab");
        programs.run("boot-0", "neco bmc config set ipmi-password secret");

        assertThat(programs.run("boot-1", "neco bmc config get ipmi-user")).isEqualTo("lab\n");
        assertThat(programs.run("boot-1", "neco bmc config get ipmi-password")).isEqualTo("secret\n");
    }

    @Test
    @Order(120)
    void theHardwareProgramRunsOnceTheServerKnowsItsBmc() {
        for (String server : BootServers.NAMES) {
            assertThat(lab.exec(server, "systemctl", "is-active", "setup-hw").succeeded())
                    .as("before, on " + server)
                    .isFalse();
            programs.run(
                    server,
                    "sabactl machines get --serial $(cat /sys/class/dmi/id/product_serial) | jq .[0].info.bmc"
                            + " >/etc/neco/bmc-address.json && cp /mnt/bmc-user.json /etc/neco/ && systemctl start setup-hw");
        }
        programs.awaitActive("setup-hw.service");
        for (String server : BootServers.NAMES) {
            waitUntil(
                    "the hardware's metrics on " + server,
                    BootServers.PROGRAM_START,
                    () -> lab.shell(server, "curl -sf --noproxy '*' http://127.0.0.1:9105/metrics")
                            .succeeded());
            programs.run(server, "docker exec setup-hw setup-hw");
        }
    }

    @Test
    @Order(130)
    void weightsOfNodesReachTheTemplate() {
        programs.run("boot-0", "neco config set external-ip-address-block 172.19.0.16/28");
        programs.run("boot-0", "neco config set lb-address-block-default 10.72.32.0/20");
        programs.run("boot-0", "neco config set lb-address-block-bastion 10.72.48.48/28");
        programs.run("boot-0", "neco config set lb-address-block-internet 172.19.0.16/28");
        programs.run("boot-0", "neco cke weight set cs 3");
        programs.run("boot-0", "neco cke weight set ss 1");
        programs.run("boot-0", "neco cke update");

        assertThat(programs.run("boot-1", "neco cke weight get cs")).isEqualTo("3\n");
        assertThat(programs.run("boot-1", "neco cke weight list | jq -c .")).isEqualTo("{\"cs\":3,\"ss\":1}\n");
        assertThat(programs.run("boot-2", "ckecli sabakan get-template"))
                .contains("name: gcp0", "cke.cybozu.com/weight: \"3.000000\"", "cke.cybozu.com/weight: \"1.000000\"");
    }

    @Test
    @Order(140)
    void everythingThatNodesBootFromReachesEverySabakan() {
        programs.run("boot-0", "neco init-data");

        assertContents(FIRST_OS, FIRST, List.of("cybozu-squid-5.4.1.1.img", "cybozu-coil-2.0.14.img"));
        assertThat(programs.run("boot-2", "ckecli resource list"))
                .contains("Namespace/internet-egress", "Deployment/internet-egress/unbound", "squid");
        assertThat(programs.run("boot-1", "sabactl dhcp get | jq -c .")).contains("\"lease-minutes\":60");
        programs.run("boot-1", "neco init-data");
        assertThat(programs.ignitions("boot-0", "cs")).containsExactly(FIRST);
    }

    private static void assertContents(String os, String ignition, List<String> someAssets) {
        List<String> ckeAssets = programs.run("boot-0", "ckecli images")
                .lines()
                .map(image -> image.replaceFirst("^.*/", "").replace(':', '-'))
                .map(image -> "cybozu-" + image + ".img")
                .toList();
        assertThat(ckeAssets).isNotEmpty();
        for (String server : BootServers.NAMES) {
            waitUntil(
                    "OS image " + os + " at " + server,
                    REPLICATION,
                    () -> programs.osImages(server).contains(os));
            programs.awaitAssets(
                    server,
                    Stream.concat(someAssets.stream(), ckeAssets.stream()).toList(),
                    REPLICATION);
            for (String role : ROLES) {
                assertThat(programs.ignitions(server, role))
                        .as("templates of role " + role + " at " + server)
                        .endsWith(ignition);
            }
        }
    }

    @Test
    @Order(150)
    void imagesOfAssetsAreThoseOfTheRegistry() {
        programs.run(
                "boot-1",
                "curl -sf --noproxy '*' -o /tmp/image.tar http://127.0.0.1:10080/api/v1/assets/cybozu-squid-5.4.1.1.img"
                        + " && docker load -i /tmp/image.tar && rm /tmp/image.tar");
        String loaded = programs.run("boot-1", "docker image inspect -f '{{.Id}}' quay.io/cybozu/squid:5.4.1.1");
        programs.run("boot-2", "docker pull -q quay.io/cybozu/squid:5.4.1.1");

        assertThat(programs.run("boot-2", "docker image inspect -f '{{.Id}}' quay.io/cybozu/squid:5.4.1.1"))
                .isEqualTo(loaded);
    }

    @Test
    @Order(160)
    void aUserOfEtcdpasswdMayWorkOnEveryServer() {
        programs.run(
                "boot-0",
                "etcdpasswd set start-uid 2000 && etcdpasswd set start-gid 2000 && etcdpasswd set default-group cybozu"
                        + " && etcdpasswd set default-groups sudo,adm && etcdpasswd user add bob && etcdpasswd user get bob"
                        + " && ssh-keygen -q -t ed25519 -N '' -f /root/bob && etcdpasswd cert add bob /root/bob.pub");

        for (String server : BootServers.NAMES) {
            waitUntil(
                    "bob has his key on " + server,
                    BootServers.PROGRAM_START,
                    () -> lab.shell(server, "test -s /home/bob/.ssh/authorized_keys")
                            .succeeded());
            programs.run(server, "runuser -u bob -- sudo -n ls /root");
        }
    }

    @Test
    @Order(200)
    void aContentStepThatFailsNamesAssetAndUrlOnEveryServer() {
        lab.fault("flatcar", "not-found");
        lab.releaseNextArtifacts(NEXT);
        servers.takeReleases();

        String status = servers.awaitAbort(NEXT);

        assertThat(status).contains(NEXT_OS).contains("stable.release.flatcar-linux.net/amd64-usr/" + NEXT_OS);
        // the update counts as aborted from the first report on, and is stopped then; the others report when they have
        // heard of that
        Pattern others = Pattern.compile("other boot server failed to update: [012]: .*" + NEXT_OS);
        waitUntil(
                "both other servers name the asset in their reports",
                BootServers.PROGRAM_START,
                servers::status,
                seen -> others.matcher(seen).results().count() == 2);
        for (String role : ROLES) {
            assertThat(programs.ignitions("boot-0", role)).as(role).endsWith(FIRST);
        }
    }

    @Test
    @Order(210)
    void recoverAndANewRequestNeedNoCleaning() {
        lab.clearFaults();
        servers.recover();
        servers.awaitUpdate(NEXT);

        for (String server : BootServers.NAMES) {
            assertThat(servers.installedVersion(server)).as(server).isEqualTo(NEXT);
        }
    }

    @Test
    @Order(220)
    void everyServerRunsTheNewArtifacts() {
        for (String server : BootServers.NAMES) {
            assertThat(programs.run(server, "docker ps --format '{{.Image}}'").lines())
                    .as(server)
                    .containsExactlyInAnyOrder(
                            "quay.io/cybozu/etcd:3.5.4.2",
                            "quay.io/cybozu/vault:1.10.2.2",
                            "quay.io/cybozu/serf:0.9.7.2",
                            "quay.io/cybozu/promtail:2.5.0.2",
                            "quay.io/cybozu/sabakan:2.13.1",
                            "quay.io/cybozu/setup-hw:1.12.1");
            programs.run(
                    server,
                    "for name in etcd promtail sabakan serf setup-hw vault; do"
                            + " neco is-running $name || { echo $name does not run; exit 1; }; done");
            assertThat(programs.run(server, "dpkg-query -W -f '${Version}' etcdpasswd"))
                    .isEqualTo("1.4.1-1");
            assertThat(programs.run(server, "systemctl --failed --no-legend")).isEmpty();
        }
        programs.awaitActive(
                "neco-updater", "neco-worker", "ep-agent", "sabakan", "cke", "cke-localproxy", "serf", "promtail");
        assertThat(programs.necoKeys("install/0/")).contains("3.5.4.2", "2.13.1", "v1.4.1");
    }

    @Test
    @Order(230)
    void sabakanHasTheNewContents() {
        assertContents(
                NEXT_OS,
                NEXT,
                List.of("cybozu-squid-5.4.1.2.img", "cybozu-coil-2.0.15.img", "cybozu-bird-2.0.9.2.img"));
        String template = programs.run("boot-2", "sabactl ignitions get cs " + NEXT);
        assertThat(template)
                .contains("released%20with%20other%20artifacts")
                .contains("\"squid.img\": \"cybozu-squid-5.4.1.2.img\"");
        assertThat(programs.run("boot-2", "sabactl ignitions get cs " + FIRST))
                .doesNotContain("released%20with%20other%20artifacts");
        assertThat(programs.necoKeys("contents/")).contains("\"version\":\"" + NEXT + "\"", "\"success\":true");
    }

    @Test
    @Order(240)
    void anImageThatNoRegistryHasIsNamedWithItsRegistry() {
        for (String server : BootServers.NAMES) {
            programs.run(
                    server,
                    "cp /usr/share/lab/cke-images /root/ && echo quay.io/cybozu/absent:1.0.0 >>/usr/share/lab/cke-images");
        }
        lab.releaseNextArtifacts(THIRD);

        String status = servers.awaitAbort(THIRD);
        assertThat(status).contains("quay.io/cybozu/absent:1.0.0").containsPattern("step: 13");
    }

    @Test
    @Order(241)
    void anUploadGoesOnByItselfAfterSabakanWasKilledInItsMiddle() {
        for (String server :
                BootServers.NAMES) { // the first is killed while it is given the file, the others while they copy it
            programs.run(
                    server,
                    "cp /root/cke-images /usr/share/lab/cke-images && mkdir -p /usr/libexec/neco"
                            + " && yes big | head -c 300M >/usr/libexec/neco/big"
                            + " && systemd-run -q --unit=kill-sabakan sh -c 'until [ -n \"$(find /var/lib/sabakan/assets"
                            + " -name \"_tmp*\" -size +32M)\" ]; do sleep 0.02; done; pkill -KILL -f"
                            + " \"[i]o.neco.dctest.sabakan.Main\" && touch /run/sabakan-was-killed'");
        }
        servers.recover();
        servers.awaitUpdate(THIRD);

        String file = programs.run("boot-0", "sha256sum </usr/libexec/neco/big");
        boolean wasRepeated = false;
        for (String server : BootServers.NAMES) {
            programs.awaitAssets(server, List.of("big"), REPLICATION.multipliedBy(3));
            assertThat(programs.run(
                            server, "curl -sf --noproxy '*' http://127.0.0.1:10080/api/v1/assets/big | sha256sum"))
                    .as(server)
                    .isEqualTo(file);
            programs.run(server, "test -e /run/sabakan-was-killed && rm /usr/libexec/neco/big");
            wasRepeated |= lab.logs(server, "neco-worker", "-o", "cat")
                    .contains("\"upload of asset big failed, trying again\"");
        }
        assertThat(wasRepeated).isTrue();
        assertContents(NEXT_OS, THIRD, List.of());
    }

    @Test
    @Order(250)
    void programsComeBackAfterAReboot() {
        lab.reboot("boot-2");

        waitUntil(
                "systemd runs on boot-2",
                Duration.ofMinutes(2),
                () -> lab.exec("boot-2", "systemctl", "is-system-running", "--wait")
                        .stdout()
                        .startsWith("running"));
        programs.awaitActive("etcd-container", "vault", "sabakan", "cke", "cke-localproxy", "serf", "ep-agent");
        waitUntil(
                "sabakan of boot-2 answers",
                Duration.ofMinutes(1),
                () -> lab.exec("boot-2", "sabactl", "machines", "get").succeeded());
        assertThat(programs.osImages("boot-2")).contains(NEXT_OS);
    }

    @Test
    @Order(260)
    void allComeBackUnattendedWhenThePowerFailsInTheMiddleOfAnUpdate() {
        for (String server : BootServers.NAMES) { // so that these steps have something to do
            programs.run(
                    server, "for f in vault/config.hcl serf/serf.json sabakan/config.yml; do echo '#' >>/etc/$f; done");
        }
        servers.etcdctl("del --prefix /neco/status/").orFail();
        waitUntil("the update is in its middle", Duration.ofMinutes(2), () -> {
            String status = lab.exec("boot-0", "neco", "status").stdout();
            return status.contains("status: running")
                    && status.lines().anyMatch(line -> line.matches("    step: ([4-9]|1[0-5])"));
        });
        String begun = started();

        BootServers.NAMES.parallelStream().forEach(lab::kill);
        BootServers.NAMES.parallelStream().forEach(lab::heal);

        waitUntil("the same update is completed", Duration.ofMinutes(5), () -> {
            Lab.Result status = lab.exec("boot-0", "neco", "status");
            return status.succeeded() && status.stdout().contains("status: completed");
        });
        assertThat(started()).as("nobody had to begin it anew").isEqualTo(begun);
        programs.awaitActive(
                "etcd-container", "vault", "neco-worker", "neco-updater", "sabakan", "cke", "serf", "ep-agent");
        for (String server : BootServers.NAMES) {
            waitUntil(
                    "Vault of " + server + " is unsealed",
                    BootServers.PROGRAM_START,
                    () -> lab.exec(server, "vault", "status").succeeded());
            waitUntil(
                    "sabakan of " + server + " answers",
                    BootServers.PROGRAM_START,
                    () -> lab.exec(server, "sabactl", "machines", "get").succeeded());
            servers.awaitRest(server);
        }
    }

    /** When the present update began, as {@code neco status} prints it. */
    private static String started() {
        return servers.status()
                .lines()
                .filter(line -> line.startsWith("   started: "))
                .findFirst()
                .orElseThrow();
    }
}
