package io.neco.fleet;

import io.neco.cke.CkeNode;
import io.neco.sabakan.Machine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who reboots which machines; source: pkg/neco/cmd/reboot_worker.go at 1eec387.
 *
 * @param batches nodes that CKE reboots, batch by batch: at most one that stores data and one that does not in each
 * @param direct the others, which their management controllers reboot
 * @param skipped those nobody can reboot
 */
public record RebootPlan(List<List<Machine>> batches, List<Machine> direct, List<MachineResult> skipped) {
    private static final String STORAGE = "ss";

    /** Copies the lists. */
    public RebootPlan {
        batches = List.copyOf(batches);
        direct = List.copyOf(direct);
        skipped = List.copyOf(skipped);
    }

    /**
     * Plans.
     *
     * @param machines the machines to reboot
     * @param nodes all nodes of CKE's cluster
     * @throws IllegalArgumentException when there is a boot server among the machines
     */
    public static RebootPlan of(List<Machine> machines, List<CkeNode> nodes) {
        Map<String, Machine> byAddress = new LinkedHashMap<>();
        List<MachineResult> skipped = new ArrayList<>();
        for (Machine machine : machines) {
            if (Fleet.isBootServer(machine)) {
                throw new IllegalArgumentException("it's not allowed to reboot boot servers: " + machine.serial());
            }
            if (machine.ipv4().isEmpty()) {
                skipped.add(MachineResult.skipped(machine, "IP addresses not found"));
            } else {
                byAddress.put(machine.ipv4().get(0), machine);
            }
        }
        Set<String> known = new HashSet<>();
        Deque<Machine> storage = new ArrayDeque<>();
        Deque<Machine> others = new ArrayDeque<>();
        for (CkeNode node : nodes) {
            Machine machine = byAddress.get(node.address());
            if (machine != null && known.add(node.address())) {
                (node.role().equals(STORAGE) ? storage : others).add(machine);
            }
        }
        List<Machine> direct = new ArrayList<>();
        byAddress.forEach((address, machine) -> {
            if (!known.contains(address)) {
                if (machine.bmcIpv4().isEmpty()) {
                    skipped.add(MachineResult.skipped(machine, "BMC IP address not found"));
                } else {
                    direct.add(machine);
                }
            }
        });
        return new RebootPlan(batches(storage, others), direct, skipped);
    }

    private static List<List<Machine>> batches(Deque<Machine> storage, Deque<Machine> others) {
        List<List<Machine>> batches = new ArrayList<>();
        while (!storage.isEmpty() || !others.isEmpty()) {
            List<Machine> batch = new ArrayList<>();
            if (!storage.isEmpty()) {
                batch.add(storage.remove());
            }
            if (!others.isEmpty()) {
                batch.add(others.remove());
            }
            batches.add(batch);
        }
        return batches;
    }
}
