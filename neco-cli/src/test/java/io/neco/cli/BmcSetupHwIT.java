package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.redfish.testing.TestBmc;
import io.neco.store.EtcdStore;
import io.neco.store.SecretKey;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bmc setup-hw} on a scratch tree, with scripts for systemd and a container that only notes what it is told. */
class BmcSetupHwIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    private Path root;

    private final TestMachines sabakan = new TestMachines();
    private final TestBmc bmc = new TestBmc();
    private final List<String> executed = new ArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private int toolStatus;
    private ClusterHost host;
    private FleetRun neco;

    @BeforeEach
    void start() throws IOException {
        host = new ClusterHost(root, ETCD.config());
        secret(SecretKey.BMC_USER, "{\"root\":{\"password\":{\"raw\":\"r00t\"}}}");
        secret(SecretKey.IPMI_USER, TestBmc.USER);
        secret(SecretKey.IPMI_PASSWORD, TestBmc.PASSWORD);
        sabakan.add("ABC123", "boot", 3, bmc.address(), "r640-boot-2");
        Files.createDirectories(root.resolve("sys/class/dmi/id"));
        Files.writeString(root.resolve("sys/class/dmi/id/product_serial"), "ABC123\n");
        FleetRun.program(root, "systemctl", "echo \"systemctl $*\" >> $LOG\n");
        FleetRun.program(root, "reboot", "echo reboot >> $LOG\n");
        virtual(true);
        neco = new FleetRun(root, host.neco(), sabakan.uri());
        neco.container = Optional.of((command, stdio, deadline) -> {
            if (refusals.getAndDecrement() > 0) {
                throw new IOException("no such container: setup-hw");
            }
            executed.add(String.join(" ", command));
            stdio.out().write("from the container\n".getBytes(StandardCharsets.UTF_8));
            return command.equals(List.of("setup-hw")) ? toolStatus : 0;
        });
    }

    private void secret(SecretKey key, String value) {
        try (EtcdStore store = host.store()) {
            store.putSecret(key, value);
        }
    }

    private void virtual(boolean isVirtual) throws IOException {
        FleetRun.program(root, "systemd-detect-virt", isVirtual ? "exit 0\n" : "exit 1\n");
    }

    @AfterEach
    void stop() {
        bmc.close();
        sabakan.close();
    }

    @Test
    void givesTheContainerItsFilesAndRunsTheTool() throws IOException {
        refusals.set(3);

        assertThat(neco.run("bmc", "setup-hw")).isZero();

        Path address = root.resolve("etc/neco/bmc-address.json");
        assertThat(address)
                .hasContent("{\"ipv4\":{\"address\":\"10.72.17.5\",\"netmask\":\"255.255.240.0\",\"maskbits\":20,"
                        + "\"gateway\":\"10.72.16.1\"}}\n");
        Path users = root.resolve("etc/neco/bmc-user.json");
        assertThat(users).hasContent("{\"root\":{\"password\":{\"raw\":\"r00t\"}}}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(users)))
                .isEqualTo("rw-------");
        assertThat(FleetRun.noted(root))
                .containsExactly(
                        "systemctl enable setup-hw.service",
                        "systemctl restart setup-hw.service",
                        "systemctl is-active setup-hw.service");
        assertThat(executed).containsExactly("echo hello", "setup-hw");
        assertThat(neco.out()).isEqualTo("ok\n");
        assertThat(neco.complaint()).doesNotContain("r00t");
    }

    @Test
    void rebootsWhenTheToolAsksForIt() throws IOException {
        toolStatus = 10;

        assertThat(neco.run("bmc", "setup-hw")).isZero();

        assertThat(FleetRun.noted(root)).last().isEqualTo("reboot");
    }

    @Test
    void failsWithTheTool() throws IOException {
        toolStatus = 1;

        assertThat(neco.run("bmc", "setup-hw")).isEqualTo(1);

        assertThat(neco.complaint()).contains("setup-hw in the container setup-hw failed with exit status 1");
        assertThat(FleetRun.noted(root)).doesNotContain("reboot");
    }

    @Test
    void waitsOnRealHardwareUntilTheResetOfTheControllerIsOver() throws IOException {
        virtual(false);
        AtomicInteger asked = new AtomicInteger();
        bmc.misbehave(request -> {
            if (!request.equals("GET /redfish/v1/")) {
                return Optional.empty();
            }
            int n = asked.incrementAndGet();
            return n > 2 && n < 9
                    ? Optional.of(TestBmc.error(503, "Base.1.8.ServiceTemporarilyUnavailable", "resetting"))
                    : Optional.empty();
        });

        assertThat(neco.run("bmc", "setup-hw")).isZero();

        assertThat(asked.get()).isGreaterThanOrEqualTo(9);
        assertThat(executed).last().isEqualTo("setup-hw");
        assertThat(neco.complaint()).contains("waiting for iDRAC reset...");
    }

    @Test
    void saysThatSabakanDoesNotKnowThisHostBeforeAnythingIsWritten() throws IOException {
        sabakan.nodes.clear();

        assertThat(neco.run("bmc", "setup-hw")).isEqualTo(1);

        assertThat(neco.complaint()).contains("no machine entry in sabakan: none has this host's serial number ABC123");
        assertThat(root.resolve("etc/neco/bmc-address.json")).doesNotExist();
        assertThat(FleetRun.noted(root)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"root\":{\"password\":r00t}}",
                "{\"root\":{\"password\":\"r00t\"",
                "[\"r00t\"]",
                "\"r00t\"",
                ""
            })
    void saysThatTheStoredUsersAreNoneBeforeAnythingIsWritten(String stored) throws IOException {
        secret(SecretKey.BMC_USER, stored);

        assertThat(neco.run("bmc", "setup-hw", "--loglevel", "debug")).isEqualTo(1);

        assertThat(neco.complaint())
                .contains("the value of etcd key bmc/bmc-user is no JSON")
                .contains("`neco bmc config set bmc-user FILE`")
                .doesNotContain("r00t");
        assertThat(root.resolve("etc/neco/bmc-address.json")).doesNotExist();
        assertThat(root.resolve("etc/neco/bmc-user.json")).doesNotExist();
        assertThat(FleetRun.noted(root)).isEmpty();
    }

    @Test
    void givesUpAContainerThatNeverAcceptsCommands() throws IOException {
        refusals.set(Integer.MAX_VALUE);

        assertThat(neco.run("bmc", "setup-hw")).isEqualTo(1);

        assertThat(neco.complaint())
                .contains("waiting for the container setup-hw: gave up")
                .contains("no such container: setup-hw");
        assertThat(executed).isEmpty();
    }
}
