package io.neco.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.fleet.BootWatch;
import io.neco.fleet.Fleet;
import io.neco.fleet.PowerAction;
import io.neco.sabakan.Machine;
import io.neco.sabakan.SabakanClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code neco reboot-and-wait}, which CKE runs for each node of its reboot queue; source: pkg/neco/cmd/reboot_and_wait.go at 1eec387. */
@Command(
        description = {
            "Resets a machine, and waits until serf tells of its new start and sabakan finds it healthy. With - for the machine, a",
            "JSON object with its `address` is read from standard input, as CKE gives it."
        })
final class RebootAndWaitCommand implements LoggingCommand {
    private static final Logger log = LoggerFactory.getLogger(RebootAndWaitCommand.class);
    private static final String FIELD = "serial_or_ip";

    private final Surroundings surroundings;
    private final InputStream in;
    private final BootWatch.Timing timing;

    @Parameters(
            arity = "0..*",
            paramLabel = "SERIAL_OR_IP",
            description = "serial number or address of the machine, or -")
    private List<String> parameters = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "how long to wait for the machine, e.g. 20m (default 55m)")
    private String timeout = "";

    @Mixin
    private final FleetOptions options;

    RebootAndWaitCommand(Surroundings surroundings) {
        this(surroundings, SabakanClient.LOCAL, System.in, BootWatch.Timing.standard());
    }

    RebootAndWaitCommand(Surroundings surroundings, URI sabakan, InputStream in, BootWatch.Timing timing) {
        this.surroundings = surroundings;
        this.options = new FleetOptions(surroundings, sabakan);
        this.in = in;
        this.timing = timing;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        String given = Arguments.one(parameters);
        BootWatch watch = new BootWatch(
                surroundings.commands(),
                timeout.isEmpty() ? timing : timing.within(TimeLimit.parse("--timeout", timeout)));
        String target = given.equals("-") ? addressFromCke() : given;
        try (Fleet fleet = options.open()) {
            Machine machine = attempt("failed to lookup serial or IP address", () -> fleet.find(target));
            String before = attempt("failed to get serf member", () -> watch.uptime(machine.serial()));
            log.atInfo().addKeyValue(FIELD, target).log("rebooting a machine");
            String said = attempt(
                    "failed to reboot via Redfish",
                    () -> PowerAction.RESTART.run(fleet.controller(machine, Fleet.ORDER_DEADLINE)));
            surroundings.out().println(said);
            surroundings.out().flush();
            watch.await(machine.serial(), before, () -> fleet.find(target));
            log.atInfo().addKeyValue(FIELD, target).log("the machine is healthy again");
            return ExitCode.OK;
        }
    }

    private String addressFromCke() throws IOException {
        byte[] given = InterruptOnSignal.reading(in::readAllBytes);
        JsonNode address;
        try {
            address = new ObjectMapper().readTree(given).path("address");
        } catch (JacksonException e) {
            throw new IOException("invalid node object: standard input is no JSON: " + e.getOriginalMessage(), e);
        }
        if (!address.isTextual() || address.asText().isEmpty()) {
            throw new IOException(
                    "invalid node object: standard input should be a JSON object with a text \"address\"");
        }
        return address.asText();
    }

    private interface Step<T> {
        T run() throws IOException, InterruptedException;
    }

    private static <T> T attempt(String failure, Step<T> step) throws IOException, InterruptedException {
        try {
            return step.run();
        } catch (IOException e) {
            throw new IOException(failure + ": " + e.getMessage(), e);
        }
    }
}
