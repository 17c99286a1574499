package io.neco.statesetter;

import io.neco.sabakan.MachineState;
import io.neco.sabakan.MachineStates;
import io.neco.sabakan.StatedMachine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Switches retired machines off; source: pkg/sabakan-state-setter/controller.go at 1eec387. */
final class Shutdown {
    private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

    private final MachineStates states;
    private final Neco neco;
    private final OwnMetrics metrics;

    Shutdown(MachineStates states, Neco neco, OwnMetrics metrics) {
        this.states = states;
        this.neco = neco;
        this.metrics = metrics;
    }

    /** Looks at all retired machines once. */
    void run(BooleanSupplier isLeading) throws InterruptedException {
        List<StatedMachine> retired;
        try {
            retired = states.search(Optional.of(MachineState.RETIRED));
        } catch (IOException e) {
            log.atWarn().addKeyValue("error", e).log("shutdown; failed to get retired machines");
            return;
        }
        if (retired.isEmpty()) {
            log.info("shutdown; no retired machines found");
            return;
        }
        List<String> failed = new ArrayList<>();
        for (StatedMachine machine : retired) {
            if (!isLeading.getAsBoolean()) {
                return;
            }
            OwnMetrics.Result result = shutDown(machine);
            metrics.shutdown(result);
            if (result == OwnMetrics.Result.FAILED) {
                failed.add(machine.serial());
            }
        }
        if (!failed.isEmpty()) {
            log.atWarn()
                    .addKeyValue("serials", String.join(",", failed))
                    .log("shutdown; failed to shutdown some machines");
        }
    }

    private OwnMetrics.Result shutDown(StatedMachine machine) throws InterruptedException {
        try {
            if (neco.isOff(machine.serial())) {
                about(log.atInfo(), machine).log("shutdown; already powered OFF");
                return OwnMetrics.Result.UNNEEDED;
            }
        } catch (IOException e) {
            about(log.atWarn(), machine).addKeyValue("error", e).log("shutdown; failed to get power status");
            return OwnMetrics.Result.FAILED;
        }
        try {
            String said = neco.powerOff(machine.serial());
            about(log.atInfo(), machine).addKeyValue("cmdlog", said).log("shutdown has been executed successfully");
            return OwnMetrics.Result.OK;
        } catch (IOException e) {
            about(log.atWarn(), machine).addKeyValue("error", e).log("shutdown; failed to shutdown");
            return OwnMetrics.Result.FAILED;
        }
    }

    private static LoggingEventBuilder about(LoggingEventBuilder line, StatedMachine machine) {
        return line.addKeyValue("serial", machine.serial())
                .addKeyValue("ipv4", machine.address().orElse(""));
    }
}
