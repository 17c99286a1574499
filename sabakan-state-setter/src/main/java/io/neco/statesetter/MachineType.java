package io.neco.statesetter;

import java.time.Duration;
import java.util.List;

/**
 * A kind of machines, by the label {@code machine-type}.
 *
 * @param name the label's value
 * @param grace how long such a machine must have been unhealthy before sabakan is told
 * @param checks of its hardware; none: it is not looked at
 */
record MachineType(String name, Duration grace, List<MetricCheck> checks) {
    /** Copies the list. */
    MachineType {
        checks = List.copyOf(checks);
    }
}
