package io.neco.statesetter;

import io.neco.sabakan.MachineState;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was found out about a machine. */
enum Verdict {
    /** It does not answer. */
    UNREACHABLE(MachineState.UNREACHABLE),
    /** It answers, but something is wrong with it. */
    UNHEALTHY(MachineState.UNHEALTHY),
    /** It works. */
    HEALTHY(MachineState.HEALTHY),
    /** It is starting: too early to tell. */
    UNCHANGED(null),
    /** Its state is not a matter of health. */
    SKIPPED(null);

    private final Optional<MachineState> state;

    Verdict(@Nullable MachineState state) {
        this.state = Optional.ofNullable(state);
    }

    /** The state it should have; empty: the one it has. */
    Optional<MachineState> state() {
        return state;
    }

    /** As metrics and messages have it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
