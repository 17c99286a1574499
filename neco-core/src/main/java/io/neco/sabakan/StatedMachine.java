package io.neco.sabakan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A machine and where it stands in its life.
 *
 * @param serial its serial number
 * @param labels its labels, e.g. {@code machine-type}
 * @param ipv4 its addresses; the first is node0's
 * @param state where it stands
 */
public record StatedMachine(String serial, Map<String, String> labels, List<String> ipv4, MachineState state) {
    private static final String TYPE = "machine-type";

    /** Copies the collections. */
    public StatedMachine {
        labels = Map.copyOf(labels);
        ipv4 = List.copyOf(ipv4);
    }

    /** The address it is known by; empty when sabakan gave it none. */
    public Optional<String> address() {
        return ipv4.stream().findFirst();
    }

    /** The label {@code machine-type}; empty text when it has none. */
    public String type() {
        return labels.getOrDefault(TYPE, "");
    }
}
