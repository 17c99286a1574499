package io.neco.redfish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComputerSystemTest {
    private final ObjectMapper json = new ObjectMapper();

    @Test
    void takesWhatIsNullForUnknown() throws IOException {
        ComputerSystem system = ComputerSystem.of("/s", json.readTree("""
                {
                  "PowerState": null,
                  "Bios": {"@odata.id": null},
                  "TrustedModules": [
                    {
                      "FirmwareVersion": "7.2", "FirmwareVersion2": null, "InterfaceType": null,
                      "InterfaceTypeSelection": null, "Status": {"Health": null, "HealthRollup": null, "State": null}
                    },
                    {"FirmwareVersion": "1", "Status": null}
                  ],
                  "Actions": {"#ComputerSystem.Reset": {"target": null, "ResetType@Redfish.AllowableValues": null}}
                }
                """));

        assertThat(system)
                .isEqualTo(new ComputerSystem(
                        "/s",
                        "",
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.of(List.of(
                                new TrustedModule("7.2", "", "", "", "", "", ""),
                                new TrustedModule("1", "", "", "", "", "", "")))));
    }

    @Test
    void takesABiosWithoutSettingsForOneThatCannotBeChanged() throws IOException {
        Bios bios = Bios.of("/b", json.readTree("""
                {"Attributes": null, "@Redfish.Settings": {"SettingsObject": {"@odata.id": null}}}
                """));

        assertThat(bios.settings()).isEmpty();
        assertThat(bios.attributes()).isEmpty();
    }
}
