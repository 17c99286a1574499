package io.neco.daemon;

import io.neco.log.DaemonFlags;
import io.neco.store.EtcdConfigException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon from its arguments to its exit status: 0 stopped by a signal, or what was asked for is shown; 1 it cannot start, or cannot go
 * on because of a mistake; 2 wrong flag; 5 nobody reads the log. Source: pkg/neco-updater/main.go and
 * pkg/sabakan-state-setter/cmd/main.go at 1eec387.
 */
public final class DaemonProgram {
    /** systemd and operators wait for at most half a second; what is not given up until then expires by itself. */
    private static final Duration STOP_WITHIN = Duration.ofMillis(400);

    private static final String VERSION_FILE = "/usr/lib/neco/version";
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    private final String name;
    private final DaemonFlags flags;
    private final StopSignal stop = StopSignal.install(STOP_WITHIN);

    /** What the daemon does once its flags are read. */
    public interface Work {
        /**
         * Runs until the thread is interrupted.
         *
         * @param out where a result goes that was asked for
         * @throws IllegalArgumentException when a flag has a wrong value
         * @throws IOException when it cannot start
         */
        void run(PrintStream out) throws IOException, InterruptedException;
    }

    /**
     * The program of the calling thread, which a signal interrupts from now on.
     *
     * @param name as operators call it
     * @param flags its own flags; those for help and version are added
     */
    public DaemonProgram(String name, DaemonFlags flags) {
        this.name = name;
        this.flags = flags.option("version", "show the version and exit")
                .option("h", "show this help and exit")
                .option("help", "show this help and exit");
    }

    /** Does the work and ends the process. */
    public void run(String[] args, Work work) {
        int status = FAILURE;
        try {
            status = run(List.of(args), System.out, System.err, work);
        } finally {
            stop.finished();
        }
        System.exit(status);
    }

    private int run(List<String> args, PrintStream out, PrintStream err, Work work) {
        try {
            flags.parse(args);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.print(flags.usage());
            return USAGE;
        }
        if (flags.isSet("h") || flags.isSet("help")) {
            out.print(flags.usage());
            return SUCCESS;
        }
        if (flags.isSet("version")) {
            out.println(name + " version " + version());
            return SUCCESS;
        }
        flags.configureLogging();
        Logger log = LoggerFactory.getLogger(DaemonProgram.class);
        try {
            work.run(out);
        } catch (InterruptedException e) {
            log.trace("stopped", e);
            return SUCCESS;
        } catch (IllegalArgumentException | EtcdConfigException | IOException e) {
            log.error(e.getMessage());
            return FAILURE;
        } catch (RuntimeException | Error e) {
            // without an exit status of ours, threads of libraries would keep a process alive that does nothing any
            // more
            log.atError().setCause(e).log(name + " ends because of a mistake in this program");
            return FAILURE;
        }
        return SUCCESS;
    }

    private static String version() {
        try {
            return Files.readString(Path.of(VERSION_FILE)).strip();
        } catch (IOException e) {
            return "unknown (there is no " + VERSION_FILE + ")";
        }
    }
}
