package io.neco.statesetter;

import io.neco.http.HttpStatusException;
import io.neco.sabakan.GraphqlException;
import io.neco.sabakan.MachineState;
import io.neco.sabakan.MachineStates;
import io.neco.sabakan.StatedMachine;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Tells sabakan of changed states. Thread-safe. */
final class StateChanges {
    private static final Logger log = LoggerFactory.getLogger(StateChanges.class);

    /** What became of a change. */
    enum Outcome {
        /** sabakan has taken it. */
        DONE,
        /** sabakan has answered, but not taken it. */
        NOT_TAKEN,
        /** sabakan does not answer. */
        NO_ANSWER
    }

    private final MachineStates states;
    private final OwnMetrics metrics;

    StateChanges(MachineStates states, OwnMetrics metrics) {
        this.states = states;
        this.metrics = metrics;
    }

    /** Sends a change; failures are logged. */
    Outcome send(StatedMachine machine, MachineState state) throws InterruptedException {
        try {
            states.set(machine.serial(), state);
        } catch (GraphqlException e) {
            metrics.change(state, e.isInvalidTransition() ? OwnMetrics.Result.REFUSED : OwnMetrics.Result.FAILED);
            about(e.isInvalidTransition() ? log.atDebug() : log.atWarn(), machine)
                    .addKeyValue("state", state.word())
                    .addKeyValue("error", e)
                    .log("gql error occurred when set state");
            return Outcome.NOT_TAKEN;
        } catch (IOException e) {
            metrics.change(state, OwnMetrics.Result.FAILED);
            about(log.atWarn(), machine)
                    .addKeyValue("state", state.word())
                    .addKeyValue("error", e)
                    .log("error occurred when set state");
            return e instanceof HttpStatusException ? Outcome.NOT_TAKEN : Outcome.NO_ANSWER;
        }
        metrics.change(state, OwnMetrics.Result.OK);
        about(log.atInfo(), machine).addKeyValue("state", state.word()).log("change state");
        return Outcome.DONE;
    }

    /** Names a machine in a line of the log. */
    static LoggingEventBuilder about(LoggingEventBuilder line, StatedMachine machine) {
        return line.addKeyValue("serial", machine.serial())
                .addKeyValue("ipv4", machine.address().orElse(""));
    }
}
