package io.neco.host;

import java.io.IOException;
import java.util.Set;

/**
 * What kind of machine this is, for programs that have to tell them apart. As in the reference, Neco's own do not: all of them run on any.
 *
 * <p>Source: hardware.go at 1eec387.
 */
public enum HardwareKind {
    /** A virtual machine. */
    VM,
    /** A container. */
    CONTAINER,
    /** A physical server made by Dell. */
    DELL;

    private static final Set<String> VMS =
            Set.of("qemu", "kvm", "zvm", "vmware", "microsoft", "oracle", "xen", "bochs", "uml", "parallels", "bhyve");
    private static final Set<String> CONTAINERS = Set.of("openvz", "lxc", "lxc-libvirt", "systemd-nspawn", "docker");

    /**
     * Asks {@code systemd-detect-virt} and, on bare metal, the chassis vendor.
     *
     * @throws IOException for a kind or vendor that is not supported
     */
    public static HardwareKind detect(CommandRunner commands, HostFiles files)
            throws IOException, InterruptedException {
        CommandResult result =
                commands.run(Command.of("systemd-detect-virt").silent().asking());
        String kind = result.stdout().strip();
        if (!kind.equals("none")) {
            result.orThrow();
        }
        return classify(
                kind,
                kind.equals("none")
                        ? files.read("/sys/class/dmi/id/chassis_vendor").strip()
                        : "");
    }

    static HardwareKind classify(String virtualization, String vendor) throws IOException {
        if (VMS.contains(virtualization)) {
            return VM;
        }
        if (CONTAINERS.contains(virtualization)) {
            return CONTAINER;
        }
        if (!virtualization.equals("none")) {
            throw new IOException("unsupported hardware type: " + virtualization);
        }
        if (vendor.equals("Dell Inc.")) {
            return DELL;
        }
        throw new IOException("unsupported hardware vendor: " + vendor);
    }
}
