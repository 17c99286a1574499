package io.neco.statesetter;

import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import java.io.IOException;
import java.time.Duration;

/** What the command {@code neco} does to machines. */
final class Neco {
    private static final String OFF = "Off";
    private static final Duration POWER_DEADLINE = Duration.ofMinutes(1);
    /** A controller may restart its machine to clear the TPM. */
    private static final Duration TPM_DEADLINE = Duration.ofMinutes(5);

    private final CommandRunner commands;

    Neco(CommandRunner commands) {
        this.commands = commands;
    }

    /** Whether a machine is switched off. What is said on stderr does not matter. */
    boolean isOff(String serial) throws IOException, InterruptedException {
        Command command =
                Command.of("neco", "power", "status", serial).asking().silent().within(POWER_DEADLINE);
        return commands.run(command).orThrow().stdout().strip().equals(OFF);
    }

    /** Switches a machine off; returns what the command said. */
    String powerOff(String serial) throws IOException, InterruptedException {
        return said(commands.run(
                Command.of("neco", "power", "stop", serial).silent().within(POWER_DEADLINE)));
    }

    /** Clears a machine's TPM; returns what the command said. */
    String clearTpm(String serial) throws IOException, InterruptedException {
        return said(commands.run(
                Command.of("neco", "tpm", "clear", "--force", serial).silent().within(TPM_DEADLINE)));
    }

    private static String said(CommandResult result) throws IOException {
        result.orThrow();
        return (result.stdout() + result.stderr()).strip();
    }
}
