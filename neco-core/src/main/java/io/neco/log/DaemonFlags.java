package io.neco.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Command line of a daemon: {@code -name value}, {@code -name=value}, one dash or two, as Go programs read it; the logging flags
 * {@code -logfile}, {@code -loglevel} and {@code -logformat} come with it. Source: pkg.go.dev/flag, reference docs/neco-updater.md.
 */
public final class DaemonFlags {
    private record Flag(String value, String fallback, String meaning, boolean isSwitch) {}

    private final String program;
    private final Map<String, Flag> flags = new LinkedHashMap<>();

    /** @param program the program's name: topic of its log, and shown in its usage */
    public DaemonFlags(String program) {
        this.program = program;
        text("logfile", "", "append the log to this file instead of writing to stderr");
        text("loglevel", "", "critical, error, warning, info or debug (default \"info\")");
        text("logformat", "", "plain, logfmt or json (default \"plain\")");
    }

    /** Declares a flag with a value. */
    public DaemonFlags text(String name, String fallback, String meaning) {
        flags.put(name, new Flag(fallback, fallback, meaning, false));
        return this;
    }

    /** Declares a flag that is there or not. */
    public DaemonFlags option(String name, String meaning) {
        flags.put(name, new Flag("false", "false", meaning, true));
        return this;
    }

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException when a flag is unknown, lacks its value, or an argument is none; the message names it
     */
    public void parse(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("-") || argument.equals("-") || argument.equals("--")) {
                throw new IllegalArgumentException("unexpected argument: " + argument);
            }
            String body = argument.substring(argument.startsWith("--") ? 2 : 1);
            int equals = body.indexOf('=');
            String name = equals < 0 ? body : body.substring(0, equals);
            Flag flag = flags.get(name);
            if (flag == null) {
                throw new IllegalArgumentException("flag provided but not defined: -" + name);
            }
            String value;
            if (equals >= 0) {
                value = body.substring(equals + 1);
            } else if (flag.isSwitch) {
                value = "true";
            } else if (i + 1 < arguments.size()) {
                value = arguments.get(++i);
            } else {
                throw new IllegalArgumentException("flag needs an argument: -" + name);
            }
            if (flag.isSwitch && !value.equals("true") && !value.equals("false")) {
                throw new IllegalArgumentException("invalid boolean value \"" + value + "\" for -" + name);
            }
            flags.put(name, new Flag(value, flag.fallback, flag.meaning, flag.isSwitch));
        }
    }

    /** The value of a declared flag. */
    public String get(String name) {
        Flag flag = flags.get(name);
        if (flag == null) {
            throw new IllegalArgumentException("flag -" + name + " was not declared");
        }
        return flag.value;
    }

    /** Whether a declared option was given. */
    public boolean isSet(String name) {
        return get(name).equals("true");
    }

    /** How to call the program. */
    public String usage() {
        StringBuilder text = new StringBuilder("Usage of ").append(program).append(":\n");
        flags.forEach((name, flag) -> {
            text.append("  -")
                    .append(name)
                    .append(flag.isSwitch ? "" : " string")
                    .append("\n    \t");
            text.append(flag.meaning);
            if (!flag.isSwitch && !flag.fallback.isEmpty()) {
                text.append(" (default \"").append(flag.fallback).append("\")");
            }
            text.append('\n');
        });
        return text.toString();
    }

    /**
     * Configures logging by the flags, and opens the log file again at the signal USR1, which does nothing without one. A wrong value must not
     * keep a daemon from its work: it is warned of, and the default used.
     */
    public void configureLogging() {
        configureLogging("");
    }

    /**
     * The same.
     *
     * @param level the level when none was asked for; empty: {@code info}
     */
    public void configureLogging(String level) {
        String file = get("logfile");
        String asked = get("loglevel");
        try {
            Logging.configure(
                    program,
                    file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file)),
                    asked.isEmpty() ? level : asked,
                    get("logformat"));
        } catch (IOException | IllegalArgumentException e) {
            Logging.configure(program, Logging.standardError(), "", "");
            LoggerFactory.getLogger(DaemonFlags.class)
                    .atWarn()
                    .addKeyValue("error", e.getMessage())
                    .log("wrong logging flag, logging plain lines to stderr");
        }
        ReopenSignal.whenTold(DaemonFlags::reopen);
    }

    private static void reopen() {
        try {
            Logging.reopen();
        } catch (IOException e) {
            LoggerFactory.getLogger(DaemonFlags.class)
                    .atWarn()
                    .addKeyValue("error", e.getMessage())
                    .log("cannot open the log file again, going on with the one before");
        }
    }
}
