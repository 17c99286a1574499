package io.neco.fleet;

import io.neco.redfish.DellTpm;
import io.neco.sabakan.Machine;
import io.neco.sabakan.MachineState;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears the TPM of a machine that leaves the data centre, or switches the machine off where that cannot be done from here.
 *
 * <p>Source: pkg/neco/cmd/tpm_clear.go at 1eec387.
 */
public final class TpmClear {
    private static final Logger log = LoggerFactory.getLogger(TpmClear.class);
    private static final String TYPE = "machine-type";
    private static final Duration DEADLINE = Duration.ofMinutes(4);
    /** Virtual machines of a test data centre, and Dell's with TPM 1.2. */
    private static final Set<String> SWITCHED_OFF = Set.of("qemu", "r640-boot-1", "r640-cs-1", "r740xd-ss-1");
    /** Dell's with TPM 2.0. */
    private static final Set<String> CLEARED =
            Set.of("r640-boot-2", "r640-cs-2", "r740xd-ss-2", "r6525-boot-1", "r6525-cs-1", "r7525-ss-1");

    private final Fleet fleet;

    /** @param fleet the machines */
    public TpmClear(Fleet fleet) {
        this.fleet = fleet;
    }

    /**
     * Clears or switches off.
     *
     * @param machine must be retiring
     * @return what to print, {@code ok} when the machine was switched off; empty text when the TPM was cleared
     * @throws IOException when it is not retiring, is of an unknown type (it was switched off then), or its controller fails
     */
    public String run(Machine machine) throws IOException, InterruptedException {
        if (!machine.state().equals(MachineState.RETIRING.word())) {
            throw new IOException("machine is not retiring: " + machine.serial() + " is " + machine.state()
                    + " in sabakan; nothing was done");
        }
        String type = machine.labels().getOrDefault(TYPE, "");
        if (CLEARED.contains(type)) {
            DellTpm.clear(fleet.controller(machine, DEADLINE));
            return "";
        }
        if (SWITCHED_OFF.contains(type)) {
            return switchOff(machine);
        }
        String shown = type.isEmpty()
                ? "machine " + machine.serial() + " has no label " + TYPE
                : "\"" + type + "\" of machine " + machine.serial();
        String result;
        try {
            result = switchOff(machine);
        } catch (IOException e) {
            throw new IOException(
                    "unknown machine type: " + shown + "; its TPM cannot be cleared, and it could not be switched off: "
                            + e.getMessage(),
                    e);
        }
        log.atWarn()
                .addKeyValue("serial", machine.serial())
                .addKeyValue("node", MachineResult.address(machine))
                .addKeyValue("machine_type", type)
                .addKeyValue("result", result)
                .log("unknown machine type; shutdown");
        throw new IOException("unknown machine type: " + shown + "; its TPM was not cleared, but it was switched off");
    }

    private String switchOff(Machine machine) throws IOException, InterruptedException {
        return PowerAction.STOP.run(fleet.controller(machine, Fleet.ORDER_DEADLINE));
    }
}
