package io.neco.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A computer as its management controller sees it; source: DMTF's schema ComputerSystem.
 *
 * @param path where it is
 * @param powerState {@code On}, {@code Off}, {@code PoweringOn}, {@code PoweringOff}; empty: unknown
 * @param resetTarget where to send a reset; empty: it cannot be reset
 * @param resetTypes the resets it allows; none: it does not tell
 * @param bios where its BIOS is; empty: it has none
 * @param trustedModules its TPMs; empty: the controller does not tell
 */
public record ComputerSystem(
        String path,
        String powerState,
        Optional<String> resetTarget,
        List<String> resetTypes,
        Optional<String> bios,
        Optional<List<TrustedModule>> trustedModules) {
    /** The state of a running computer. */
    public static final String ON = "On";
    /** The state of one that is switched off. */
    public static final String OFF = "Off";

    /** Copies the lists. */
    public ComputerSystem {
        resetTypes = List.copyOf(resetTypes);
        trustedModules = trustedModules.map(List::copyOf);
    }

    static ComputerSystem of(String path, JsonNode node) {
        JsonNode reset = node.path("Actions").path("#ComputerSystem.Reset");
        List<String> types = new ArrayList<>();
        reset.path("ResetType@Redfish.AllowableValues").forEach(type -> types.add(Texts.of(type)));
        return new ComputerSystem(
                path,
                Texts.of(node.path("PowerState")),
                text(reset.path("target")),
                types,
                text(node.path("Bios").path("@odata.id")),
                modules(node.path("TrustedModules")));
    }

    private static Optional<String> text(JsonNode node) {
        return Optional.of(Texts.of(node)).filter(text -> !text.isEmpty());
    }

    private static Optional<List<TrustedModule>> modules(JsonNode nodes) {
        if (!nodes.isArray()) {
            return Optional.empty();
        }
        List<TrustedModule> modules = new ArrayList<>();
        for (JsonNode node : nodes) {
            JsonNode status = node.path("Status");
            modules.add(new TrustedModule(
                    Texts.of(node.path("FirmwareVersion")),
                    Texts.of(node.path("FirmwareVersion2")),
                    Texts.of(node.path("InterfaceType")),
                    Texts.of(node.path("InterfaceTypeSelection")),
                    Texts.of(status.path("Health")),
                    Texts.of(status.path("HealthRollup")),
                    Texts.of(status.path("State"))));
        }
        return Optional.of(modules);
    }

    /**
     * Where to send a reset.
     *
     * @throws IOException when it is not allowed or not possible; the message tells what is
     */
    String targetOf(ResetType type) throws IOException {
        if (!resetTypes.isEmpty() && !resetTypes.contains(type.word())) {
            throw new IOException("reset type '" + type.word() + "' is not supported by this service (supported: "
                    + String.join(", ", resetTypes) + ")");
        }
        return resetTarget.orElseThrow(() -> new IOException("the BMC offers no reset of " + path));
    }
}
