package io.neco.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Sets up where log lines go and how they look; source: the reference's well and log libraries, docs/logging.md.
 *
 * <p>Classes log through slf4j's fluent API: {@code log.atInfo().addKeyValue("lrn", lrn).log("worker finished updating")}. Until
 * {@link #configure} is called, lines of severity info and above go to stderr in the plain form with topic {@code neco}.
 */
public final class Logging {
    /** Libraries that tell passing faults loudly; our own code reports what matters of them. */
    private static final List<String> NOISY = List.of(
            "io.grpc",
            "io.netty",
            "io.vertx",
            "io.etcd",
            "org.kohsuke",
            "com.github.dockerjava",
            "org.apache.hc",
            "org.apache.http",
            "jdk");

    /** Classes whose messages are sentences; others of the JDK, such as NoSuchFileException, often only name a value. */
    private static final Set<Class<?>> SPEAKING = Set.of(
            IOException.class,
            UncheckedIOException.class,
            IllegalArgumentException.class,
            IllegalStateException.class,
            RuntimeException.class,
            Exception.class);

    private static final FileOutputStream STDERR = new FileOutputStream(FileDescriptor.err);

    private static volatile @Nullable LogFile logFile;

    private Logging() {}

    /**
     * Configures logging of this process; may be called again.
     *
     * @param topic the program, e.g. {@code neco-updater}
     * @param file append to this file instead of writing to stderr
     * @param level critical, error, warning (or warn), info, debug; empty text: info
     * @param format plain, logfmt, json; empty text: plain
     * @throws IllegalArgumentException {@code no such level: X} or {@code invalid format: X}; nothing is changed then
     * @throws IOException {@code open FILE: …}; nothing is changed then
     */
    public static void configure(String topic, Optional<Path> file, String level, String format) throws IOException {
        LogFormat logFormat = LogFormat.of(format);
        Level logLevel = level(level);
        LogFile opened = file.isPresent() ? new LogFile(file.get()) : null;
        OutputStream out = opened == null ? STDERR : opened;
        configure((LoggerContext) LoggerFactory.getILoggerFactory(), topic, out, logLevel, logFormat);
        logFile = opened;
    }

    /** As {@link #configure(String, Optional, String, String)}, to a stream that stays the caller's; for tests. */
    public static void configure(String topic, OutputStream out, String level, String format) {
        configure((LoggerContext) LoggerFactory.getILoggerFactory(), topic, out, level(level), LogFormat.of(format));
        logFile = null;
    }

    /** What is in force until a program says otherwise. */
    static void configure(LoggerContext context) {
        configure(context, "neco", STDERR, Level.INFO, LogFormat.PLAIN);
    }

    static void configure(LoggerContext context, String topic, OutputStream out, Level level, LogFormat format) {
        boolean isDebug = level.levelInt <= Level.DEBUG_INT;
        LineAppender appender = new LineAppender(topic, hostName(), format, out, isDebug);
        appender.setContext(context);
        appender.start();
        context.reset();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(appender);
        for (String name : NOISY) {
            if (level.levelInt < Level.WARN_INT) {
                context.getLogger(name).setLevel(isDebug ? Level.INFO : Level.WARN);
            }
        }
        JavaUtilLogging.route();
    }

    /** The process' host name, as {@code uname -n} tells it. */
    public static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            String name = System.getenv("HOSTNAME");
            return name == null ? "localhost" : name;
        }
    }

    /** An error in one line: its message, or its class when there is none or the message alone says too little. */
    public static String describe(Throwable error) {
        String message = error.getMessage();
        if (message == null || message.isBlank()) {
            Throwable cause = error.getCause();
            return error.getClass().getSimpleName() + (cause == null ? "" : ": " + describe(cause));
        }
        return SPEAKING.contains(error.getClass())
                        || !error.getClass().getName().startsWith("java.")
                ? message
                : error.getClass().getSimpleName() + ": " + message;
    }

    static Level level(String name) {
        return switch (name) {
            // nothing is logged as critical: the reference's level that hides even errors
            case "critical" -> Level.OFF;
            case "error" -> Level.ERROR;
            case "warning", "warn" -> Level.WARN;
            case "", "info" -> Level.INFO;
            case "debug" -> Level.DEBUG;
            default -> throw new IllegalArgumentException("no such level: " + name);
        };
    }

    /**
     * Opens the log file again, if there is one.
     *
     * @throws IOException {@code open FILE: …}; lines go where they went before
     */
    static void reopen() throws IOException {
        LogFile known = logFile;
        if (known != null) {
            known.reopen();
        }
    }

    static OutputStream standardError() {
        return STDERR;
    }
}
