package io.neco.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.neco.fleet.Fleet;
import io.neco.redfish.Bios;
import io.neco.redfish.ComputerSystem;
import io.neco.redfish.RedfishClient;
import io.neco.redfish.TrustedModule;
import io.neco.sabakan.SabakanClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code neco tpm show}; source: pkg/neco/cmd/tpm_show.go at 1eec387. */
@Command(
        description =
                "Shows as JSON which TPMs a machine has, and its BIOS settings about them, as its BMC tells by Redfish.")
final class TpmShowCommand implements NecoCommand {
    private static final String PREFIX = "Tpm";

    private final Surroundings surroundings;

    @Parameters(arity = "0..*", paramLabel = "SERIAL|IP", description = "serial number or address of the machine")
    private List<String> parameters = new ArrayList<>();

    @Mixin
    private final FleetOptions options;

    TpmShowCommand(Surroundings surroundings) {
        this(surroundings, SabakanClient.LOCAL);
    }

    TpmShowCommand(Surroundings surroundings, URI sabakan) {
        this.surroundings = surroundings;
        this.options = new FleetOptions(surroundings, sabakan);
    }

    @Override
    public int run() throws IOException, InterruptedException {
        String name = Arguments.one(parameters);
        try (Fleet fleet = options.open()) {
            RedfishClient controller = fleet.controller(fleet.find(name), Fleet.ORDER_DEADLINE);
            ComputerSystem system = controller.system();
            SortedMap<String, JsonNode> attributes =
                    new TreeMap<>(controller.bios(system).map(Bios::attributes).orElseGet(TreeMap::new));
            attributes.keySet().removeIf(attribute -> !attribute.startsWith(PREFIX));
            Map<String, @Nullable Object> document = new LinkedHashMap<>();
            document.put("Devices", devices(system.trustedModules()));
            document.put("Attributes", attributes);
            StringBuilder out = new StringBuilder();
            PlainJson.write(out, document, 0);
            surroundings.out().println(out);
            return ExitCode.OK;
        }
    }

    private static @Nullable Object devices(Optional<List<TrustedModule>> modules) {
        return modules.map(list -> list.stream().map(TpmShowCommand::device).toList())
                .orElse(null);
    }

    private static Map<String, Object> device(TrustedModule module) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("Health", module.health());
        status.put("HealthRollup", module.healthRollup());
        status.put("State", module.state());
        Map<String, Object> device = new LinkedHashMap<>();
        device.put("FirmwareVersion", module.firmwareVersion());
        device.put("FirmwareVersion2", module.firmwareVersion2());
        device.put("InterfaceType", module.interfaceType());
        device.put("InterfaceTypeSelection", module.interfaceTypeSelection());
        device.put("Status", status);
        return device;
    }
}
