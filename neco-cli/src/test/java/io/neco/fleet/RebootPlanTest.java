package io.neco.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.neco.cke.CkeNode;
import io.neco.sabakan.Machine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RebootPlanTest {
    private static Machine machine(String serial, String role, List<String> ipv4, String bmc) {
        return new Machine(serial, Map.of(), 0, 4, role, ipv4, List.of(), "iDRAC-9", bmc, "healthy");
    }

    private static CkeNode node(String address, String role) {
        return new CkeNode(address, Map.of("cke.cybozu.com/role", role));
    }

    @Test
    void putsAtMostOneStorageAndOneOtherNodeIntoABatch() {
        List<Machine> machines = List.of(
                machine("a", "cs", List.of("10.0.0.1"), "b1"),
                machine("b", "ss", List.of("10.0.0.2"), "b2"),
                machine("c", "ss", List.of("10.0.0.3"), "b3"),
                machine("d", "ss", List.of("10.0.0.4"), "b4"));
        List<CkeNode> nodes = List.of(
                node("10.0.0.4", "ss"),
                node("10.0.0.1", "cs"),
                node("10.0.0.3", "ss"),
                node("10.0.0.2", "ss"),
                node("10.0.0.9", "ss"));

        RebootPlan plan = RebootPlan.of(machines, nodes);

        assertThat(plan.batches().stream()
                        .map(batch -> batch.stream().map(Machine::serial).toList()))
                .containsExactly(List.of("d", "a"), List.of("c"), List.of("b"));
        assertThat(plan.direct()).isEmpty();
    }

    @Test
    void resetsWhatIsNotInTheClusterAndSkipsWhatHasNoAddress() {
        Machine direct = machine("a", "cs", List.of("10.0.0.1"), "b1");
        Machine nowhere = machine("b", "cs", List.of(), "b2");
        Machine dumb = machine("c", "cs", List.of("10.0.0.3"), "");

        RebootPlan plan = RebootPlan.of(List.of(nowhere, direct, dumb), List.of());

        assertThat(plan.direct()).containsExactly(direct);
        assertThat(plan.skipped())
                .containsExactly(
                        MachineResult.skipped(nowhere, "IP addresses not found"),
                        MachineResult.skipped(dumb, "BMC IP address not found"));
    }

    @Test
    void refusesBootServers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RebootPlan.of(List.of(machine("x", "boot", List.of("10.0.0.1"), "b")), List.of()))
                .withMessage("it's not allowed to reboot boot servers: x");
    }
}
