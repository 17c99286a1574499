package io.neco.fleet;

import io.neco.cke.Ckecli;
import io.neco.redfish.ComputerSystem;
import io.neco.redfish.RedfishClient;
import io.neco.redfish.ResetType;
import io.neco.sabakan.Machine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reboots nodes: those of CKE's cluster through its reboot queue, which lets their pods leave first, the others at once.
 *
 * <p>Source: pkg/neco/cmd/reboot_worker.go at 1eec387.
 */
public final class Reboot {
    private static final Logger log = LoggerFactory.getLogger(Reboot.class);

    private final Fleet fleet;
    private final Ckecli ckecli;
    private final int parallel;
    private final Consumer<MachineResult> told;

    /**
     * @param fleet the machines
     * @param ckecli CKE
     * @param parallel how many machines outside of CKE's cluster are rebooted at a time
     * @param told given each result when it is there, by one thread at a time
     */
    public Reboot(Fleet fleet, Ckecli ckecli, int parallel, Consumer<MachineResult> told) {
        this.fleet = fleet;
        this.ckecli = ckecli;
        this.parallel = parallel;
        this.told = told;
    }

    /**
     * Reboots machines. Once CKE refuses a batch, nothing more is done.
     *
     * @param machines no boot servers
     * @return a result for each
     * @throws IOException before anything is done: when CKE or the controllers' password cannot be asked for
     */
    public List<MachineResult> run(List<Machine> machines) throws IOException, InterruptedException {
        RebootPlan plan = RebootPlan.of(machines, ckecli.nodes());
        if (!plan.direct().isEmpty()) {
            fleet.prepareControllers();
        }
        List<MachineResult> results = new ArrayList<>();
        plan.skipped().forEach(result -> {
            log.atWarn()
                    .addKeyValue("serial", result.machine().serial())
                    .addKeyValue("node", MachineResult.address(result.machine()))
                    .log(result.message() + "; skipping");
            add(results, result);
        });
        if (queue(plan.batches(), results)) {
            results.addAll(MachineWork.run(plan.direct(), parallel, this::restart, told));
        } else {
            plan.direct()
                    .forEach(machine ->
                            add(results, MachineResult.failed(machine, "not tried, as ckecli failed before")));
        }
        return results;
    }

    private void add(List<MachineResult> results, MachineResult result) {
        results.add(result);
        told.accept(result);
    }

    /** Whether CKE took all batches. */
    private boolean queue(List<List<Machine>> batches, List<MachineResult> results) throws InterruptedException {
        boolean isFailed = false;
        for (List<Machine> batch : batches) {
            String failure = isFailed ? "not tried, as ckecli failed before" : "";
            if (!isFailed) {
                List<String> addresses =
                        batch.stream().map(MachineResult::address).toList();
                log.atInfo().addKeyValue("nodes", addresses).log("adding node to CKE reboot queue");
                try {
                    String said = ckecli.queueReboot(addresses).strip();
                    String message = "added to CKE's reboot queue" + (said.isEmpty() ? "" : ": " + said);
                    batch.forEach(machine -> add(results, MachineResult.ok(machine, message)));
                    continue;
                } catch (IOException e) {
                    failure = String.valueOf(e.getMessage());
                    isFailed = true;
                }
            }
            for (Machine machine : batch) {
                add(results, MachineResult.failed(machine, failure));
            }
        }
        return !isFailed;
    }

    private MachineResult restart(Machine machine) throws IOException, InterruptedException {
        log.atInfo()
                .addKeyValue("serial", machine.serial())
                .addKeyValue("node", MachineResult.address(machine))
                .addKeyValue("bmc", machine.bmcIpv4())
                .log("rebooting node");
        try {
            return restartBy(fleet.controller(machine, Fleet.ORDER_DEADLINE), machine);
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("serial", machine.serial())
                    .addKeyValue("node", MachineResult.address(machine))
                    .addKeyValue("error", e.getMessage())
                    .log("failed to restart node");
            throw e;
        }
    }

    private static MachineResult restartBy(RedfishClient controller, Machine machine)
            throws IOException, InterruptedException {
        ComputerSystem system;
        try {
            system = controller.system();
        } catch (IOException e) {
            throw new IOException("failed to get system instance: " + e.getMessage(), e);
        }
        if (system.powerState().equals(ComputerSystem.OFF)) {
            return MachineResult.skipped(machine, "already powered OFF");
        }
        try {
            controller.reset(system, ResetType.FORCE_RESTART);
        } catch (IOException e) {
            throw new IOException("failed to reset: " + e.getMessage(), e);
        }
        return MachineResult.ok(machine, "ok");
    }
}
