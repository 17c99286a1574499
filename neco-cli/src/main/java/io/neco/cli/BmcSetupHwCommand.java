package io.neco.cli;

import io.neco.container.ContainerRuntime;
import io.neco.container.Stdio;
import io.neco.fleet.Fleet;
import io.neco.fleet.HardwareSetup;
import io.neco.host.HostFiles;
import io.neco.host.Site;
import io.neco.program.setuphw.SetupHwProgram;
import io.neco.redfish.RedfishException;
import io.neco.sabakan.Machine;
import io.neco.sabakan.SabakanClient;
import io.neco.setup.Privileges;
import io.neco.store.NecoReader;
import io.neco.store.SecretKey;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code neco bmc setup-hw}; source: pkg/neco/cmd/bmc_setuphw.go at 1eec387, docs/fleet.md. */
@Command(
        description = {
            "Sets up BMC and BIOS of this boot server: gives the container setup-hw the address and the users of the BMC, and runs",
            "setup-hw in it. Reboots the server when that is needed. Run it as root on each boot server."
        })
final class BmcSetupHwCommand implements LoggingCommand {
    private static final Duration ASK_DEADLINE = Duration.ofSeconds(5);

    private final Surroundings surroundings;
    private final Optional<HardwareSetup.Container> other;
    private final HardwareSetup.Timing timing;

    @Parameters(arity = "0..*", hidden = true)
    private List<String> parameters = List.of();

    @Mixin
    private final FleetOptions options;

    BmcSetupHwCommand(Surroundings surroundings) {
        this(surroundings, SabakanClient.LOCAL, Optional.empty(), HardwareSetup.Timing.standard());
    }

    /** @param container stands for the container setup-hw; empty: the real one */
    BmcSetupHwCommand(
            Surroundings surroundings,
            URI sabakan,
            Optional<HardwareSetup.Container> container,
            HardwareSetup.Timing timing) {
        this.surroundings = surroundings;
        this.options = new FleetOptions(surroundings, sabakan);
        this.other = container;
        this.timing = timing;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        if (!parameters.isEmpty()) {
            throw Arguments.wrongNumber(0, parameters.size());
        }
        Privileges.requireRoot(surroundings.root(), "run as root");
        String bmcUser = bmcUser();
        HostFiles files = surroundings.files();
        try (Fleet fleet = options.open();
                ContainerRuntime docker = ContainerRuntime.local(files, Site.load(surroundings.root()))) {
            HardwareSetup.Container container = other.orElse(
                    (command, stdio, deadline) -> docker.exec(SetupHwProgram.SERVICE, command, stdio, deadline));
            HardwareSetup setup = new HardwareSetup(
                    files, surroundings.commands(), fleet.sabakan(), container, () -> answers(fleet), timing);
            boolean isRebooting = setup.run(bmcUser, stdio());
            surroundings.out().println(isRebooting ? "set up; this server reboots now" : "ok");
            return ExitCode.OK;
        }
    }

    private String bmcUser() throws IOException {
        try (NecoReader reader = surroundings.cluster().read()) {
            String users = reader.secret(SecretKey.BMC_USER)
                    .orElseThrow(() -> new IOException(
                            "not found: bmc-user is not set; set it with `neco bmc config set bmc-user FILE`"));
            BmcUsers.check(
                    users,
                    "the value of etcd key " + SecretKey.BMC_USER.key(),
                    "nothing was changed; store it anew with `neco bmc config set bmc-user FILE`");
            return users;
        }
    }

    /** A refusal is an answer, too. */
    private boolean answers(Fleet fleet) throws InterruptedException {
        try {
            Machine machine = fleet.find(HardwareSetup.serial(surroundings.files()));
            fleet.controller(machine, ASK_DEADLINE).system();
            return true;
        } catch (RedfishException e) {
            return e.status() < 500;
        } catch (IOException e) {
            return false;
        }
    }

    private static Stdio stdio() {
        return new Stdio(
                Optional.empty(),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                false);
    }
}
