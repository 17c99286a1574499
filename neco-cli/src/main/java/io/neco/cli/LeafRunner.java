package io.neco.cli;

import io.neco.log.Logging;
import java.io.IOException;
import java.util.NoSuchElementException;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Everything that needs the parser; apart, so that help does not load it. */
final class LeafRunner {
    private final Surroundings surroundings;
    private final Invocation invocation;
    private final NecoCommand command;
    private final GlobalOptions globals = new GlobalOptions();
    private final CommandLine parser;

    LeafRunner(Surroundings surroundings, Invocation invocation) {
        this(surroundings, invocation, invocation.node().maker().orElseThrow().apply(surroundings));
    }

    /** @param command runs instead of the one that the tree of commands makes */
    LeafRunner(Surroundings surroundings, Invocation invocation, NecoCommand command) {
        this.surroundings = surroundings;
        this.invocation = invocation;
        this.command = command;
        this.parser = Parsers.of(command, globals, invocation);
    }

    int run() {
        try {
            parser.parseArgs(invocation.rest().toArray(new String[0]));
        } catch (ParameterException e) {
            if (invocation.isHelp()) {
                parser.usage(surroundings.out());
                return ExitCode.OK;
            }
            return wrongUsage(String.valueOf(e.getMessage()));
        }
        if (invocation.isHelp() || parser.isUsageHelpRequested()) {
            parser.usage(surroundings.out());
            return ExitCode.OK;
        }
        return command instanceof LoggingCommand ? InterruptOnSignal.guard(this::runWhole) : runCommand();
    }

    /** To the last flush. */
    private int runWhole() {
        try {
            return runCommand();
        } finally {
            surroundings.out().flush();
            surroundings.err().flush();
        }
    }

    private int runCommand() {
        try {
            if (globals.areGiven() || command instanceof LoggingCommand) {
                globals.configureLogging();
            }
            int status = command.run();
            return status == ExitCode.OK ? surroundings.writtenStatus() : status;
        } catch (UsageException e) {
            return wrongUsage(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(e);
        } catch (IOException | RuntimeException e) {
            return failed(e);
        }
    }

    private int wrongUsage(String message) {
        surroundings.err().println("Error: " + message);
        parser.usage(surroundings.err());
        return ExitCode.FAILED;
    }

    private int failed(Exception error) {
        if (command instanceof OwnErrors own) {
            return own.failed(error);
        }
        try {
            globals.configureLogging();
        } catch (IOException | IllegalArgumentException e) {
            // the wrong option is what has failed, so it is told below in the default form
        }
        LoggingEventBuilder event = LoggerFactory.getLogger(LeafRunner.class).atError();
        if (!ExitCode.isExpected(error) || globals.isDebug()) {
            event = event.setCause(error);
        }
        event.log(message(error));
        return ExitCode.of(error);
    }

    /** Ours are sentences; what others throw may need its name. */
    static String message(Exception error) {
        boolean isSentence = error instanceof NoSuchElementException && error.getMessage() != null;
        return isSentence ? String.valueOf(error.getMessage()) : Logging.describe(error);
    }
}
