package io.neco.fleet;

import io.neco.redfish.ComputerSystem;
import io.neco.redfish.RedfishClient;
import io.neco.redfish.ResetType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be done to a machine's power; source: pkg/neco/cmd/power.go at 1eec387. */
public enum PowerAction {
    /** Turn it on; some machines do not know ForceOn. */
    START(Optional.of(ResetType.ON)),
    /** Turn it off at once. */
    STOP(Optional.of(ResetType.FORCE_OFF)),
    /** Turn it off and on again; some machines do not know GracefulRestart. */
    RESTART(Optional.of(ResetType.FORCE_RESTART)),
    /** Ask whether it is on. */
    STATUS(Optional.empty());

    private final Optional<ResetType> reset;

    PowerAction(Optional<ResetType> reset) {
        this.reset = reset;
    }

    /** The words of all actions. */
    public static List<String> words() {
        return Arrays.stream(values()).map(PowerAction::word).toList();
    }

    /**
     * The action of that name.
     *
     * @throws IllegalArgumentException {@code invalid action: X}, with the actions there are
     */
    public static PowerAction of(String word) {
        for (PowerAction action : values()) {
            if (action.word().equals(word)) {
                return action;
            }
        }
        throw new IllegalArgumentException("invalid action: " + word + " (known: " + String.join(", ", words()) + ")");
    }

    /** The name in small letters. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Does it.
     *
     * @return {@code ok}, or the power state for {@link #STATUS}
     */
    public String run(RedfishClient controller) throws IOException, InterruptedException {
        ComputerSystem system = controller.system();
        if (reset.isEmpty()) {
            return system.powerState();
        }
        controller.reset(system, reset.get());
        return "ok";
    }
}
