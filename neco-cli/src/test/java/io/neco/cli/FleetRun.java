package io.neco.cli;

import io.neco.fleet.BootWatch;
import io.neco.fleet.HardwareSetup;
import io.neco.host.Command;
import io.neco.host.CommandRunner;
import io.neco.host.ProcessCommandRunner;
import io.neco.setup.HostNetwork;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A command line about machines, with another sabakan than the one of this host, and scripts for the host's programs. */
final class FleetRun {
    final CommandLineRun neco;
    String stdin = "";
    Optional<List<String>> node0 = Optional.of(List.of("10.69.0.3"));
    Optional<HardwareSetup.Container> container = Optional.empty();
    private final Path root;
    private final URI sabakan;

    FleetRun(Path root, CommandLineRun neco, URI sabakan) {
        this.root = root;
        this.sabakan = sabakan;
        this.neco = neco.running(programs());
    }

    /** Runs scripts of the host's tree instead of the programs with the same path or name. */
    private CommandRunner programs() {
        CommandRunner real = new ProcessCommandRunner();
        return command -> {
            List<String> argv = new ArrayList<>(command.argv());
            String name = Path.of(argv.get(0)).getFileName().toString();
            argv.set(0, root.resolve("usr/bin/" + name).toString());
            return real.run(new Command(
                    argv,
                    command.stdin(),
                    command.environment(),
                    command.deadline(),
                    command.isLogged(),
                    command.isQuestion()));
        };
    }

    /** Makes a program of the host, a shell script; {@code $LOG} in it is a file that {@link #noted} shows. */
    static void program(Path root, String name, String script) throws IOException {
        Path file = root.resolve("usr/bin/" + name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\nLOG=" + root.resolve("noted") + "\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What scripts have written to {@code $LOG}, sorted as they ran. */
    static List<String> noted(Path root) throws IOException {
        Path file = root.resolve("noted");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** Answers questions, one after the other; then the input ends. */
    FleetRun answering(boolean isTerminal, String... answers) {
        Deque<String> left = new ArrayDeque<>(List.of(answers));
        neco.asking(new Prompt() {
            @Override
            public boolean isPossible() {
                return isTerminal;
            }

            @Override
            public String line(String question) throws IOException {
                neco.out.append(question);
                if (left.isEmpty()) {
                    throw new IOException("EOF");
                }
                return left.remove();
            }

            @Override
            public String secret(String question) throws IOException {
                throw new IOException("nothing secret is asked");
            }
        });
        return this;
    }

    int run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--logfile", root.resolve("log").toString()));
        Surroundings surroundings = neco.surroundings();
        Invocation invocation = Invocation.parse(all);
        int status = new LeafRunner(surroundings, invocation, command(surroundings, invocation)).run();
        surroundings.out().flush();
        surroundings.err().flush();
        return status;
    }

    private NecoCommand command(Surroundings surroundings, Invocation invocation) {
        BootWatch.Timing quick =
                new BootWatch.Timing(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofSeconds(20));
        HardwareSetup.Timing brief = new HardwareSetup.Timing(
                Duration.ofMillis(20),
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(20));
        return switch (invocation.qualifiedName()) {
            case "neco power" -> new PowerCommand(surroundings, sabakan);
            case "neco tpm show" -> new TpmShowCommand(surroundings, sabakan);
            case "neco tpm clear" -> new TpmClearCommand(surroundings, sabakan);
            case "neco reboot-worker" -> new RebootWorkerCommand(surroundings, sabakan);
            case "neco isoreboot" -> new IsorebootCommand(surroundings, sabakan, network());
            case "neco apply-firmware" -> new ApplyFirmwareCommand(surroundings, sabakan, network());
            case "neco reboot-and-wait" ->
                new RebootAndWaitCommand(
                        surroundings, sabakan, new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)), quick);
            case "neco bmc setup-hw" -> new BmcSetupHwCommand(surroundings, sabakan, container, brief);
            default -> throw new IllegalArgumentException(invocation.qualifiedName());
        };
    }

    private HostNetwork network() {
        return new HostNetwork() {
            @Override
            public Optional<List<String>> addresses(String interfaceName) {
                return interfaceName.equals("node0") ? node0 : Optional.empty();
            }

            @Override
            public boolean hasAddress(String address) {
                return false;
            }
        };
    }

    String out() {
        return neco.out.toString();
    }

    /** The log, and usage errors. */
    String complaint() throws IOException {
        Path log = root.resolve("log");
        return neco.err + (Files.exists(log) ? Files.readString(log) : "");
    }
}
