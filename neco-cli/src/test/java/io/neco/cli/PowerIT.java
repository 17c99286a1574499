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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code power} and {@code tpm} with a real etcd, a sabakan with machines, and BMCs that speak Redfish. */
class PowerIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    private Path root;

    private final TestMachines sabakan = new TestMachines();
    private final TestBmc bmc = new TestBmc();
    private final TestBmc second = new TestBmc();
    private FleetRun neco;

    @BeforeEach
    void start() {
        ClusterHost host = new ClusterHost(root, ETCD.config());
        password(host, TestBmc.PASSWORD);
        sabakan.add("boot1", "boot", 3, second.address(), "qemu");
        sabakan.add("cs1", "cs", 4, bmc.address(), "r640-cs-2");
        neco = new FleetRun(root, host.neco(), sabakan.uri());
    }

    private static void password(ClusterHost host, String password) {
        try (EtcdStore store = host.store()) {
            store.putSecret(SecretKey.IPMI_USER, TestBmc.USER);
            store.putSecret(SecretKey.IPMI_PASSWORD, password);
        }
    }

    @AfterEach
    void stop() {
        bmc.close();
        second.close();
        sabakan.close();
    }

    @Test
    void printsThePowerStateAndNothingElse() {
        assertThat(neco.run("power", "status", "cs1")).isZero();

        assertThat(neco.out()).isEqualTo("On\n");
    }

    @Test
    void switchesAMachineNamedByItsAddress() {
        assertThat(neco.run("ipmipower", "stop", "10.69.0.4")).isZero();

        assertThat(neco.out()).isEqualTo("ok\n");
        assertThat(bmc.powerState).isEqualTo("Off");
        assertThat(second.requests()).isEmpty();
        assertThat(sabakan.requests()).containsExactly("GET /api/v1/machines?ipv4=10.69.0.4");
    }

    @Test
    void startsAndRestarts() {
        bmc.powerState = "Off";

        assertThat(neco.run("power", "start", "cs1")).isZero();
        assertThat(neco.run("power", "restart", "cs1")).isZero();

        assertThat(neco.out()).isEqualTo("ok\nok\n");
        assertThat(bmc.orders()).anyMatch(order -> order.endsWith("{\"ResetType\":\"On\"}"));
        assertThat(bmc.orders()).last().asString().endsWith("{\"ResetType\":\"ForceRestart\"}");
    }

    @Test
    void refusesAnUnknownActionBeforeAnythingIsAsked() throws IOException {
        assertThat(neco.run("power", "bogus", "cs1")).isEqualTo(1);

        assertThat(neco.complaint()).contains("invalid action: bogus (known: start, stop, restart, status)");
        assertThat(sabakan.requests()).isEmpty();
    }

    @Test
    void namesTheMachineSabakanDoesNotKnow() throws IOException {
        assertThat(neco.run("power", "status", "nosuch")).isEqualTo(1);

        assertThat(neco.complaint())
                .contains("machine is not found in sabakan: none has the serial number nosuch"
                        + " (Not Found: requested resource is not found)");
    }

    @Test
    void saysThatAMachineHasNoBmc() throws IOException {
        sabakan.add("cs9", "cs", 9, "", "qemu");

        assertThat(neco.run("power", "status", "cs9")).isEqualTo(1);

        assertThat(neco.complaint()).contains("machine cs9 has no BMC address in sabakan");
    }

    @Test
    void tellsOfAWrongPasswordWithoutShowingIt() throws IOException {
        password(new ClusterHost(root, ETCD.config()), "not-the-password");

        assertThat(neco.run("power", "status", "cs1", "--loglevel", "debug")).isEqualTo(1);

        assertThat(neco.complaint())
                .contains("status 401")
                .contains("`neco bmc config set ipmi-user`")
                .doesNotContain("not-the-password");
    }

    @Test
    void tellsThatABmcIsNotReachedOrDoesNotAcceptAnOrder() throws IOException {
        bmc.resetTypes = List.of("On");
        assertThat(neco.run("power", "stop", "cs1")).isEqualTo(1);
        assertThat(neco.complaint()).contains("reset type 'ForceOff' is not supported by this service");
        bmc.close();

        assertThat(neco.run("power", "stop", "cs1")).isEqualTo(1);

        assertThat(neco.complaint()).contains("https://" + bmc.address() + "/redfish/v1/: cannot connect");
    }

    @Test
    void verifiesCertificatesWhereThereIsACa() throws IOException {
        Path ca = root.resolve("etc/neco/bmc-ca.crt");
        bmc.caFile(ca);
        assertThat(neco.run("power", "status", "cs1")).isZero();
        second.caFile(ca);

        assertThat(neco.run("power", "status", "cs1")).isEqualTo(1);

        assertThat(neco.complaint()).contains("the BMC's certificate is not accepted");
        Path other = bmc.caFile(root.resolve("other.crt"));
        assertThat(neco.run("power", "status", "cs1", "--bmc-ca", other.toString()))
                .isZero();
        assertThat(neco.run("power", "status", "cs1", "--bmc-ca", "/nowhere.crt"))
                .isEqualTo(1);
        assertThat(neco.complaint()).contains("there is no file /nowhere.crt");
    }

    @Test
    void wantsAMachineOrSelectors() throws IOException {
        assertThat(neco.run("power", "status")).isEqualTo(1);
        assertThat(neco.complaint()).contains("accepts 2 arg(s), received 1");

        assertThat(neco.run("power", "status", "cs1", "--role", "cs")).isEqualTo(1);
        assertThat(neco.complaint()).contains("give either a machine or selectors, but not both");

        assertThat(neco.run("power", "status", "--role", "cs", "--without-role", "ss"))
                .isEqualTo(1);
        assertThat(neco.complaint()).contains("--role and --without-role exclude each other");
    }

    @Test
    void asksManyMachinesAndSaysHowManyDidNotAnswer() throws IOException {
        sabakan.add("ss1", "ss", 5, "127.0.0.1:1", "qemu");
        sabakan.add("ss2", "ss", 6, bmc.address(), "qemu");

        assertThat(neco.run("power", "status", "--state", "healthy", "-o", "json"))
                .isEqualTo(1);

        JsonNode document = new ObjectMapper().readTree(neco.out());
        assertThat(document.path("total").asInt()).isEqualTo(4);
        assertThat(document.path("succeeded").asInt()).isEqualTo(3);
        assertThat(document.path("failed").asInt()).isEqualTo(1);
        JsonNode failed = document.path("machines").path(2);
        assertThat(failed.path("serial").asText()).isEqualTo("ss1");
        assertThat(failed.path("result").asText()).isEqualTo("failed");
        assertThat(failed.path("message").asText()).contains("cannot connect");
        assertThat(document.path("machines").path(1).path("message").asText()).isEqualTo("On");
        assertThat(neco.complaint()).contains("power status failed: ss1 (1 of 4 machines failed)");
    }

    @Test
    void switchesManyMachinesButNoBootServersAfterAQuestion() {
        assertThat(neco.answering(true, "yes").run("power", "stop", "--state", "healthy"))
                .isZero();

        assertThat(neco.out())
                .isEqualTo(
                        "  cs1  10.69.0.4  rack 1  cs  healthy\npower stop 1 machines? [y/N]: \ncs1 10.69.0.4: ok\n");
        assertThat(bmc.powerState).isEqualTo("Off");
        assertThat(second.requests()).isEmpty();
    }

    @Test
    void doesNothingWithoutAYes() throws IOException {
        assertThat(neco.answering(true, "").run("power", "stop", "--role", "cs"))
                .isZero();
        assertThat(neco.answering(false).run("power", "stop", "--role", "cs")).isEqualTo(1);
        assertThat(neco.complaint()).contains("refused: nobody answered").contains("give --yes in scripts");
        assertThat(neco.run("power", "stop", "--role", "cs", "--output", "json"))
                .isEqualTo(1);
        assertThat(neco.complaint()).contains("--output json needs --yes");

        assertThat(bmc.requests()).isEmpty();

        assertThat(neco.run("power", "stop", "--role", "cs", "--yes")).isZero();
        assertThat(bmc.powerState).isEqualTo("Off");
    }

    @Test
    void showsTpmDevicesAndSettings() {
        assertThat(neco.run("tpm", "show", "cs1")).isZero();

        assertThat(neco.out()).isEqualTo("""
                {
                  "Devices": [
                    {
                      "FirmwareVersion": "7.2.1.0",
                      "FirmwareVersion2": "",
                      "InterfaceType": "TPM2_0",
                      "InterfaceTypeSelection": "",
                      "Status": {
                        "Health": "",
                        "HealthRollup": "",
                        "State": "Enabled"
                      }
                    }
                  ],
                  "Attributes": {
                    "Tpm2Hierarchy": "Enabled",
                    "TpmCount": 1,
                    "TpmSecurity": "On"
                  }
                }
                """);
    }

    @Test
    void clearsTheTpmOfARetiringMachineOnly() throws IOException {
        assertThat(neco.run("tpm", "clear", "cs1")).isEqualTo(1);
        assertThat(neco.complaint()).contains("use --force explicitly");
        assertThat(neco.run("tpm", "clear", "--force", "cs1")).isEqualTo(1);
        assertThat(neco.complaint()).contains("machine is not retiring: cs1 is healthy");
        assertThat(bmc.requests()).isEmpty();

        sabakan.nodes.get(1).state = "retiring";
        assertThat(neco.run("tpm", "clear", "--force", "cs1")).isZero();

        assertThat(neco.out()).isEmpty();
        assertThat(bmc.pending).containsEntry("Tpm2Hierarchy", "\"Clear\"");
        assertThat(bmc.jobs).isEqualTo(1);
        assertThat(Files.readString(root.resolve("log"))).contains("job_id=\"JID_471601\"");
    }

    @Test
    void switchesOffWhatCannotBeCleared() throws IOException {
        sabakan.nodes.set(1, new TestMachines.Node("cs1", "cs", "10.69.0.4", bmc.address(), "qemu"));
        sabakan.nodes.get(1).state = "retiring";

        assertThat(neco.run("tpm", "clear", "--force", "cs1")).isZero();

        assertThat(neco.out()).isEqualTo("ok\n");
        assertThat(bmc.powerState).isEqualTo("Off");
    }

    @Test
    void switchesOffAnUnknownTypeAndFails() throws IOException {
        sabakan.nodes.set(1, new TestMachines.Node("cs1", "cs", "10.69.0.4", bmc.address(), "mystery"));
        sabakan.nodes.get(1).state = "retiring";

        assertThat(neco.run("tpm", "clear", "--force", "cs1")).isEqualTo(1);

        assertThat(bmc.powerState).isEqualTo("Off");
        assertThat(neco.complaint())
                .contains("unknown machine type; shutdown\" machine_type=\"mystery\" node=\"10.69.0.4\" result=\"ok\"")
                .contains("unknown machine type: \\\"mystery\\\" of machine cs1; its TPM was not cleared, but it was");
    }
}
