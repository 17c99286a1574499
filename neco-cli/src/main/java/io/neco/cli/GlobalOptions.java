package io.neco.cli;

import io.neco.log.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options every command understands. */
final class GlobalOptions {
    @Option(
            names = "--logfile",
            paramLabel = "FILE",
            order = 100,
            description = "append the log to FILE instead of stderr")
    private String logFile = "";

    @Option(
            names = "--loglevel",
            paramLabel = "LEVEL",
            order = 101,
            completionCandidates = OptionValues.LogLevels.class,
            description = "the lowest level that is logged: critical, error, warning, info (default) or debug")
    private String logLevel = "";

    @Option(
            names = "--logformat",
            paramLabel = "FORMAT",
            order = 102,
            completionCandidates = OptionValues.LogFormats.class,
            description = "the form of a line of the log: plain (default), logfmt or json")
    private String logFormat = "";

    /** Whether unexpected errors are to be shown with their trace. */
    boolean isDebug() {
        return logLevel.equals("debug");
    }

    /** Whether any of them was given. */
    boolean areGiven() {
        return !logFile.isEmpty() || !logLevel.isEmpty() || !logFormat.isEmpty();
    }

    /** Sets logging up; costly, so only done when something is going to be logged or an option asks for it. */
    void configureLogging() throws IOException {
        Logging.configure(
                "neco", logFile.isEmpty() ? Optional.empty() : Optional.of(Path.of(logFile)), logLevel, logFormat);
    }
}
