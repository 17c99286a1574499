package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.redfish.testing.TestBmc;
import io.neco.store.EtcdStore;
import io.neco.store.SecretKey;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Reboots and programs on nodes, with a script for {@code ckecli} that notes what it is told. */
class RebootIT {
    private static final String CLUSTER = """
            name: test
            nodes:
            - address: 10.69.0.4
              labels: {cke.cybozu.com/role: cs}
            - address: 10.69.0.6
              labels: {cke.cybozu.com/role: cs}
            - address: 10.69.0.7
              labels: {cke.cybozu.com/role: ss}
            - address: 10.69.0.99
            """;

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    private Path root;

    private final TestMachines sabakan = new TestMachines();
    private final TestBmc bmc = new TestBmc();
    private FleetRun neco;

    @BeforeEach
    void start() throws IOException {
        ClusterHost host = new ClusterHost(root, ETCD.config());
        try (EtcdStore store = host.store()) {
            store.putSecret(SecretKey.IPMI_USER, TestBmc.USER);
            store.putSecret(SecretKey.IPMI_PASSWORD, TestBmc.PASSWORD);
        }
        sabakan.add("boot1", "boot", 3, bmc.address(), "qemu");
        sabakan.add("cs1", "cs", 4, "127.0.0.1:1", "qemu");
        sabakan.add("cs2", "cs", 5, bmc.address(), "qemu");
        sabakan.add("cs3", "cs", 6, "127.0.0.1:1", "qemu");
        sabakan.add("ss1", "ss", 7, "127.0.0.1:1", "qemu");
        Files.writeString(root.resolve("cluster.yml"), CLUSTER);
        ckecli("");
        neco = new FleetRun(root, host.neco(), sabakan.uri());
    }

    /** @param first what it does before anything else, as {@code sh} reads it */
    private void ckecli(String first) throws IOException {
        FleetRun.program(root, "ckecli", first + """

                case "$1 $2" in
                "cluster get") cat %s ;;
                "reboot-queue add") echo "queue $(tr '\\n' ' ')" >> $LOG ;;
                ssh*) echo "$*" >> $LOG ;;
                *) exit 64 ;;
                esac
                """.formatted(root.resolve("cluster.yml")));
    }

    @AfterEach
    void stop() {
        bmc.close();
        sabakan.close();
    }

    private List<String> resets() {
        return bmc.orders();
    }

    @Test
    void givesNodesToCkeInPairsAndResetsTheOthers() throws IOException {
        assertThat(neco.answering(true, "y", "yes").run("reboot-worker")).isZero();

        assertThat(FleetRun.noted(root)).containsExactly("queue 10.69.0.7 10.69.0.4", "queue 10.69.0.6");
        assertThat(resets()).singleElement().asString().endsWith("{\"ResetType\":\"ForceRestart\"}");
        assertThat(neco.out()).isEqualTo("""
                  cs1  10.69.0.4  rack 1  cs  healthy
                  cs2  10.69.0.5  rack 1  cs  healthy
                  cs3  10.69.0.6  rack 1  cs  healthy
                  ss1  10.69.0.7  rack 1  ss  healthy
                WARNING: this command reboots these 4 machines and may cause system instability.
                Continue? [y/N]:\s
                WARNING: rebooting starts immediately after this question.
                Continue? [y/N]:\s
                ss1 10.69.0.7: added to CKE's reboot queue
                cs1 10.69.0.4: added to CKE's reboot queue
                cs3 10.69.0.6: added to CKE's reboot queue
                cs2 10.69.0.5: ok
                """);
    }

    @Test
    void takesAnswersFromAPipeAndRefusesWhenTheyEnd() throws IOException {
        assertThat(neco.answering(false, "y").run("reboot-worker")).isEqualTo(1);
        assertThat(neco.complaint()).contains("refused: nobody answered");
        assertThat(neco.answering(true, "y", "n").run("reboot-worker")).isZero();
        assertThat(FleetRun.noted(root)).isEmpty();
        assertThat(resets()).isEmpty();

        assertThat(neco.answering(false, "y", "y").run("reboot-worker", "--role", "ss"))
                .isZero();

        assertThat(FleetRun.noted(root)).containsExactly("queue 10.69.0.7");
        assertThat(sabakan.requests()).last().isEqualTo("GET /api/v1/machines?role=ss");
    }

    @Test
    void leavesAloneWhatIsSwitchedOff() throws IOException {
        bmc.powerState = "Off";

        assertThat(neco.run("reboot-worker", "--yes", "--serial", "cs2")).isZero();

        assertThat(neco.out()).isEqualTo("cs2 10.69.0.5: skip: already powered OFF\n");
        assertThat(resets()).isEmpty();
    }

    @Test
    void neverRebootsBootServers() throws IOException {
        assertThat(neco.run("reboot-worker", "--role", "boot")).isZero();
        assertThat(neco.run("power", "restart", "--role", "boot")).isZero();

        assertThat(neco.out())
                .isEqualTo("only boot servers are selected; nothing to do\n"
                        + "only boot servers are selected; nothing to do\n");
        assertThat(bmc.requests()).isEmpty();
        assertThat(FleetRun.noted(root)).isEmpty();
        assertThat(neco.run("reboot-worker", "--state", "retired")).isEqualTo(1);
        assertThat(neco.complaint()).contains("Not Found: requested resource is not found");
    }

    @Test
    void saysWhichMachinesItCouldNotReboot() throws IOException {
        sabakan.add("dead", "cs", 8, "127.0.0.1:1", "qemu");

        assertThat(neco.run("reboot-worker", "--yes", "--serial", "cs2,dead", "-o", "json"))
                .isEqualTo(1);

        JsonNode document = new ObjectMapper().readTree(neco.out());
        assertThat(document.path("succeeded").asInt()).isEqualTo(1);
        assertThat(document.path("machines").path(1).path("message").asText())
                .startsWith("failed to get system instance: ")
                .contains("cannot connect");
        assertThat(neco.complaint())
                .contains("failed to reboot on some nodes: dead (1 of 2 machines failed)")
                .contains("failed to restart node");
    }

    @Test
    void resetsNothingOnceCkeRefusesABatch() throws IOException {
        ckecli("[ \"$1\" = reboot-queue ] && { cat > /dev/null; echo 'etcd is away' >&2; exit 3; }");

        assertThat(neco.run("reboot-worker", "--yes")).isEqualTo(1);

        assertThat(resets()).isEmpty();
        assertThat(neco.out())
                .contains("cs1 10.69.0.4: failed: ")
                .contains("etcd is away")
                .contains("cs2 10.69.0.5: failed: not tried, as ckecli failed before");
        assertThat(neco.complaint()).contains("(4 of 4 machines failed)");
    }

    @Test
    void doesNothingWhenCkeDoesNotTellItsNodes() throws IOException {
        Files.writeString(root.resolve("cluster.yml"), "nodes: {}\n");

        assertThat(neco.run("reboot-worker", "--yes")).isEqualTo(1);

        assertThat(neco.complaint()).contains("cluster get` printed: nodes should be a list");
        assertThat(resets()).isEmpty();
    }

    @Test
    void asksForThePasswordBeforeAnythingIsQueued() throws IOException {
        Path etc = root.resolve("etc/neco/bmc-ca.crt");
        Files.writeString(etc, "nothing");

        assertThat(neco.run("reboot-worker", "--yes")).isEqualTo(1);

        assertThat(neco.complaint()).contains("there is no certificate in " + etc);
        assertThat(FleetRun.noted(root)).isEmpty();
    }

    @Test
    void bringsAnImageToNodesAndReboots() throws IOException {
        Path iso = Files.writeString(root.resolve("fix.iso"), "image");
        ckecli("[ \"$1 $2\" = 'ssh 10.69.0.5' ] && { echo 'no medium'; exit 1; }");

        assertThat(neco.answering(true, "y", "YES").run("isoreboot", iso.toString()))
                .isEqualTo(1);

        assertThat(sabakan.assets).containsEntry("fix.iso", "image");
        assertThat(FleetRun.noted(root))
                .contains(
                        "ssh 10.69.0.4 docker exec setup-hw setup-isoreboot http://10.69.0.3:10080/api/v1/assets/fix.iso")
                .endsWith("queue 10.69.0.7 10.69.0.4", "queue 10.69.0.6")
                .hasSize(5);
        assertThat(resets()).isEmpty();
        assertThat(neco.out())
                .startsWith("Applying to 4 machines.\n")
                .contains("run setup-isoreboot on these machines? [y/N]: \n")
                .contains("cs2 10.69.0.5: failed: exit status 1: no medium\n")
                .contains("""

                        Total:     4
                        Succeeded: 3 [10.69.0.4 10.69.0.6 10.69.0.7]
                        Failed:    1 [10.69.0.5]

                        reboot succeeded machines? ([y]es/[N]o):\s
                        """);
        assertThat(neco.complaint()).contains("setup-isoreboot failed: cs2 (1 of 4 machines failed)");
    }

    @Test
    void saysWhatHasBeenDoneWhenNobodyAnswersTheQuestionBeforeTheReboot() throws IOException {
        Path iso = Files.writeString(root.resolve("fix.iso"), "image");

        assertThat(neco.answering(true, "y").run("isoreboot", iso.toString())).isEqualTo(1);

        assertThat(neco.complaint())
                .contains("; setup-isoreboot has run on all of them; no machine was rebooted. ")
                .doesNotContain("nothing was done");
    }

    @Test
    void namesFailedMachinesAlsoWhenNobodyAnswersTheQuestionBeforeTheReboot() throws IOException {
        Path iso = Files.writeString(root.resolve("fix.iso"), "image");
        ckecli("[ \"$1 $2\" = 'ssh 10.69.0.5' ] && { echo 'no medium'; exit 1; }");

        assertThat(neco.answering(true, "y").run("isoreboot", iso.toString())).isEqualTo(1);

        assertThat(neco.complaint())
                .contains("; setup-isoreboot failed: cs2 (1 of 4 machines failed); no machine was rebooted. ");
    }

    @Test
    void rebootsAfterFirmwareOnlyWhenToldTo() throws IOException {
        Path bios = Files.writeString(root.resolve("bios.exe"), "b");
        Path nic = Files.writeString(root.resolve("nic.exe"), "n");

        assertThat(neco.run("apply-firmware", "--yes", "--serial", "cs1,cs2", nic.toString(), bios.toString()))
                .isZero();
        assertThat(FleetRun.noted(root))
                .hasSize(2)
                .contains(
                        "ssh 10.69.0.4 docker exec setup-hw setup-apply-firmware"
                                + " http://10.69.0.3:10080/api/v1/assets/nic.exe http://10.69.0.3:10080/api/v1/assets/bios.exe");

        neco = new FleetRun(root, neco.neco, sabakan.uri());
        neco.neco.out.getBuffer().setLength(0);
        assertThat(neco.run("apply-firmware", "--yes", "--reboot", "--serial", "cs2", bios.toString(), "-o", "json"))
                .isZero();

        assertThat(new ObjectMapper()
                        .readTree(neco.out())
                        .path("reboot")
                        .path("machines")
                        .path(0)
                        .path("message")
                        .asText())
                .isEqualTo("ok");
        assertThat(resets()).hasSize(1);
    }

    @Test
    void looksAtFilesBeforeAnythingElse() throws IOException {
        Path empty = Files.createFile(root.resolve("empty.iso"));

        assertThat(neco.run("isoreboot", "--yes", "/nowhere.iso")).isEqualTo(1);
        assertThat(neco.complaint()).contains("there is no file /nowhere.iso");
        assertThat(neco.run("isoreboot", "--yes", empty.toString())).isEqualTo(1);
        assertThat(neco.complaint()).contains(empty + " is empty");
        assertThat(neco.run("isoreboot", "--yes", root.toString())).isEqualTo(1);
        assertThat(neco.complaint()).contains(root + " is no file that can be read");
        assertThat(neco.run("apply-firmware", "--yes")).isEqualTo(1);
        assertThat(neco.complaint()).contains("requires at least 1 arg(s), only received 0");

        assertThat(sabakan.requests()).isEmpty();
    }

    @Test
    void needsAnAddressForNodes() throws IOException {
        Path iso = Files.writeString(root.resolve("fix.iso"), "image");
        neco.node0 = Optional.of(List.of());

        assertThat(neco.run("isoreboot", "--yes", iso.toString())).isEqualTo(1);

        assertThat(neco.complaint()).contains("the network interface node0 has no IPv4 address");
        assertThat(sabakan.assets).isEmpty();
    }

    @Test
    void killsAProgramThatDoesNotEndOnANode() throws IOException {
        Path iso = Files.writeString(root.resolve("fix.iso"), "image");
        ckecli("[ \"$1\" = ssh ] && exec sleep 60");

        assertThat(neco.run("isoreboot", "--yes", "--serial", "cs1", "--timeout", "300ms", iso.toString()))
                .isEqualTo(1);

        assertThat(neco.out()).contains("cs1 10.69.0.4: failed: ").contains("did not end within");
    }

    @Test
    void waitsForTheNextStartAndForHealth() throws IOException {
        FleetRun.program(root, "serf", """
                echo "$*" >> $LOG
                n=$(grep -c members $LOG)
                t="2022-05-25 10:00:00"
                [ $n -eq 1 ] && t="2022-05-25 09:00:00"
                [ $n -gt 25 ] && t="2022-05-25 11:07:00"
                [ $n -eq 24 ] && { echo "agent restarts" >&2; exit 1; }
                echo "{\\"members\\":[{\\"name\\":\\"a\\",\\"status\\":\\"alive\\",\\"tags\\":{\\"uptime\\":\\"$t\\"}}]}"
                """);
        TestMachines.Node node = sabakan.nodes.get(2);
        node.state = "unreachable";
        neco.stdin = "{\"address\":\"10.69.0.5\",\"labels\":{}}";
        Thread health = new Thread(() -> {
            while (sabakan.requests().size() < 4) {
                Thread.onSpinWait();
            }
            node.state = "healthy";
        });
        health.start();

        assertThat(neco.run("reboot-and-wait", "-")).isZero();

        assertThat(neco.out()).isEqualTo("ok\n");
        // the start at 10:00 was before the reset, though serf told of it later
        assertThat(FleetRun.noted(root))
                .hasSizeGreaterThan(25)
                .first()
                .isEqualTo("members -format json -tag serial=cs2");
        assertThat(resets()).hasSize(1);
        assertThat(sabakan.requests()).hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void tellsWhatItWaitedForInVain() throws IOException {
        FleetRun.program(root, "serf", "echo '{\"members\":null}'");

        assertThat(neco.run("reboot-and-wait", "cs2", "--timeout", "1s")).isEqualTo(1);

        assertThat(neco.complaint())
                .contains("waiting for cs2 to start: gave up after 1 s; missing: serf knows no uptime");
    }

    @Test
    void resetsNothingForWordsThatAreNoNode() throws IOException {
        FleetRun.program(root, "serf", "echo broken; exit 0");
        neco.stdin = "[1]";
        assertThat(neco.run("reboot-and-wait", "-")).isEqualTo(1);
        assertThat(neco.complaint()).contains("invalid node object: standard input should be a JSON object");
        assertThat(neco.run("reboot-and-wait", "nosuch")).isEqualTo(1);
        assertThat(neco.complaint()).contains("failed to lookup serial or IP address: machine is not found in sabakan");
        assertThat(neco.run("reboot-and-wait", "cs2")).isEqualTo(1);
        assertThat(neco.complaint())
                .contains("failed to get serf member: ")
                .contains("printed something that is no JSON");

        assertThat(resets()).isEmpty();
    }
}
