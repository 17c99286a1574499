package io.neco.redfish;

/**
 * A TPM of a computer system; texts are empty where the controller says nothing. Source: DMTF's schema ComputerSystem, TrustedModules.
 *
 * @param firmwareVersion version of its firmware
 * @param firmwareVersion2 a second version
 * @param interfaceType e.g. {@code TPM2_0}
 * @param interfaceTypeSelection how its interface type is chosen
 * @param health its health
 * @param healthRollup the health of it and what belongs to it
 * @param state e.g. {@code Enabled}
 */
public record TrustedModule(
        String firmwareVersion,
        String firmwareVersion2,
        String interfaceType,
        String interfaceTypeSelection,
        String health,
        String healthRollup,
        String state) {}
