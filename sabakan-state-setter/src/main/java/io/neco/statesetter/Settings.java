package io.neco.statesetter;

import java.util.Map;
import java.util.Optional;

/**
 * What the configuration file says.
 *
 * @param shutdown when retired machines are switched off; empty: never
 * @param types of machines, by name
 */
record Settings(Optional<CronSchedule> shutdown, Map<String, MachineType> types) {
    /** Copies the map. */
    Settings {
        types = Map.copyOf(types);
    }

    /** The type of that name; empty when it is not configured. */
    Optional<MachineType> type(String name) {
        return Optional.ofNullable(types.get(name));
    }
}
