package io.neco.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Services and timers of this host.
 *
 * <p>Source: systemd.go at 1eec387. Unlike the reference, an ordinary answer such as "inactive" is not logged as an error.
 */
public final class Systemd {
    /** How long one systemctl call may take; a start may have to wait for a container. */
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    /** States in which nothing of a unit runs, and nothing will without being told to. */
    private static final List<String> STOPPED = List.of("inactive", "failed", "unknown");

    /** Where units are, the first one found counts. */
    private static final List<String> UNIT_DIRECTORIES =
            List.of(HostPaths.SYSTEMD_DIR, "/lib/systemd/system", "/usr/lib/systemd/system");

    private final CommandRunner commands;
    private final HostFiles files;

    /**
     * The services of the real host.
     *
     * @param commands runs systemctl
     */
    public Systemd(CommandRunner commands) {
        this(commands, new HostFiles(HostRoot.system()));
    }

    /**
     * @param commands runs systemctl
     * @param files where unit files and the links that enable them are
     */
    public Systemd(CommandRunner commands, HostFiles files) {
        this.commands = commands;
        this.files = files;
    }

    // ---- cheap questions, answered by the files

    /** Whether there is a file for the unit, and no administrator has masked it. */
    public boolean isInstalled(String unit) {
        return UNIT_DIRECTORIES.stream()
                .map(directory -> files.path(directory + "/" + unit))
                .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .findFirst()
                .filter(Files::isRegularFile) // a masked one is a link to /dev/null
                .isPresent();
    }

    /** Whether the unit starts with the host: whether there is a link to it among what some other unit wants. */
    public boolean isEnabled(String unit) throws IOException {
        try (DirectoryStream<Path> wants =
                Files.newDirectoryStream(files.path(HostPaths.SYSTEMD_DIR), "*.{wants,requires}")) {
            for (Path dir : wants) {
                if (Files.isSymbolicLink(dir.resolve(unit))) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    // ---- one reload at most

    /**
     * Makes a unit run with its present files, and start with the host. The units are reloaded once if its unit file has changed or it
     * is not enabled yet ({@code systemctl enable} does that by itself), and not at all otherwise.
     *
     * @param unit e.g. {@code serf.service}
     * @param isUnitChanged whether its unit file or a drop-in has changed
     */
    public void restart(String unit, boolean isUnitChanged) throws IOException, InterruptedException {
        enableIf(unit, isUnitChanged);
        begin("restart", unit);
    }

    /** As {@link #restart(String, boolean)}, but a unit that runs goes on running. */
    public void start(String unit, boolean isUnitChanged) throws IOException, InterruptedException {
        enableIf(unit, isUnitChanged);
        begin("start", unit);
    }

    private void enableIf(String unit, boolean isUnitChanged) throws IOException, InterruptedException {
        if (isUnitChanged || !isEnabled(unit)) {
            systemctl("enable", unit);
        }
    }

    /** Lets a service read its configuration anew without an interruption if it can, else restarts it. */
    public void reloadOrRestart(String unit) throws IOException, InterruptedException {
        begin("reload-or-restart", unit);
    }

    // ---- single calls

    /** Enables and starts a service whose unit file may be new. */
    public void startService(String name) throws IOException, InterruptedException {
        enableAnd("start", name + ".service");
    }

    /** Enables and restarts a service whose unit file or drop-ins may be new. */
    public void restartService(String name) throws IOException, InterruptedException {
        enableAnd("restart", name + ".service");
    }

    /** Enables a unit, whose file may be new, and starts it: one call, which also reloads the units. */
    public void enableNow(String unit) throws IOException, InterruptedException {
        begin(Command.of("systemctl", "enable", "--now", unit), unit);
    }

    /** Enables units, whose files may be new: one call, which also reloads the units. */
    public void enable(String... units) throws IOException, InterruptedException {
        commands.run(Command.of("systemctl", "enable").with(units).within(DEADLINE))
                .orThrow();
    }

    /** Starts units that are enabled already. */
    public void start(String... units) throws IOException, InterruptedException {
        begin("start", units);
    }

    /** Has an enabled unit started, and does not wait for that; a unit that waits for others cannot hold the caller up. */
    public void startLater(String unit) throws IOException, InterruptedException {
        systemctl("start", "--no-block", unit);
    }

    /** Restarts a unit whose file is unchanged. */
    public void restart(String unit) throws IOException, InterruptedException {
        begin("restart", unit);
    }

    /**
     * Restarts a unit that is active, starting or failed; one that was stopped, or is not known, stays as it is.
     *
     * @return whether it was restarted
     */
    public boolean restartUnlessStopped(String unit) throws IOException, InterruptedException {
        String state = commands.run(
                        Command.of("systemctl", "is-active", unit).silent().asking())
                .stdout()
                .strip();
        if (state.isEmpty() || state.equals("inactive") || state.equals("unknown")) {
            return false;
        }
        begin("restart", unit);
        return true;
    }

    /** Stops units and keeps them from starting with the host; no error for one that does not exist. */
    public void disableNow(String unit) throws IOException, InterruptedException {
        commands.run(Command.of("systemctl", "disable", "--now", unit)
                .within(DEADLINE)
                .silent());
    }

    /** Fails unless a unit is stopped, has failed for good, or does not exist. */
    public void requireStopped(String unit) throws IOException, InterruptedException {
        CommandResult result =
                commands.run(Command.of("systemctl", "is-active", unit).silent().asking());
        String state = result.stdout().strip();
        if (state.isEmpty() ? !result.isSuccess() : !STOPPED.contains(state)) {
            throw new IOException(unit + " was told to stop, but systemd says "
                    + (state.isEmpty() ? "nothing of it" : "that it is " + state) + "; see `systemctl status " + unit
                    + "`");
        }
    }

    /** Stops a service. */
    public void stopService(String name) throws IOException, InterruptedException {
        systemctl("stop", name + ".service");
    }

    /** Disables a service. */
    public void disableService(String name) throws IOException, InterruptedException {
        systemctl("disable", name + ".service");
    }

    /** Enables and starts a timer whose unit file may be new. */
    public void startTimer(String name) throws IOException, InterruptedException {
        enableAnd("start", name + ".timer");
    }

    /** Stops a timer. */
    public void stopTimer(String name) throws IOException, InterruptedException {
        systemctl("stop", name + ".timer");
    }

    /** Disables a timer. */
    public void disableTimer(String name) throws IOException, InterruptedException {
        systemctl("disable", name + ".timer");
    }

    /**
     * What state a service is in.
     *
     * @return as {@code systemctl is-active} calls it, e.g. active, inactive, failed, or activating, which includes that systemd will start
     *     it again after a pause; "unknown" when it says nothing
     */
    public String serviceState(String name) throws IOException, InterruptedException {
        CommandResult result = commands.run(
                Command.of("systemctl", "is-active", name + ".service").silent().asking());
        String state = result.isSuccess() ? "active" : result.stdout().strip();
        return state.isEmpty() ? "unknown" : state;
    }

    /**
     * Whether a service is active.
     *
     * @return false when it is inactive
     * @throws IOException when it is in any other state, e.g. failed: an update must not go on as if it were stopped
     */
    public boolean isServiceActive(String name) throws IOException, InterruptedException {
        return isActive(name, serviceState(name));
    }

    /**
     * The same of a state that {@link #serviceState} has told.
     *
     * @throws IOException when it is neither active nor inactive
     */
    public static boolean isActive(String name, String state) throws IOException {
        return switch (state) {
            case "active" -> true;
            case "inactive" -> false;
            default ->
                throw new IOException(name + ".service is neither active nor inactive but " + state
                        + "; see `systemctl status " + name + ".service`");
        };
    }

    /** Since when the main process of a service has been running; empty when there is none. */
    public Optional<Instant> runningSince(String name) throws IOException, InterruptedException {
        CommandResult result =
                commands.run(Command.of("systemctl", "show", "--property=MainPID", "--value", name + ".service")
                        .within(DEADLINE)
                        .silent()
                        .asking());
        String pid = result.stdout().strip();
        if (!result.isSuccess() || !pid.matches("[1-9]\\d{0,9}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(pid))
                .flatMap(process -> process.info().startInstant());
    }

    private void enableAnd(String verb, String unit) throws IOException, InterruptedException {
        systemctl("enable", unit); // which reloads the units
        begin(verb, unit);
    }

    private void begin(String verb, String... units) throws IOException, InterruptedException {
        begin(Command.of("systemctl", verb).with(units), units);
    }

    /**
     * Starts units also when systemd thinks it has started one of them too often. That limit is for services that end again and again; it
     * counts the starts that somebody wants as well, as of several updates within ten minutes.
     */
    private void begin(Command start, String... units) throws IOException, InterruptedException {
        Command command = start.within(DEADLINE);
        CommandResult result = commands.run(command);
        if (!result.isSuccess()) {
            boolean isLifted = false;
            for (String unit : units) {
                if (hasReachedLimit(unit)) {
                    systemctl("reset-failed", unit);
                    isLifted = true;
                }
            }
            if (isLifted) {
                result = commands.run(command);
            }
        }
        result.orThrow();
    }

    private boolean hasReachedLimit(String unit) throws IOException, InterruptedException {
        return commands.run(Command.of("systemctl", "show", "--property=Result", "--value", unit)
                        .silent()
                        .asking())
                .stdout()
                .strip()
                .equals("start-limit-hit");
    }

    private void systemctl(String... args) throws IOException, InterruptedException {
        commands.run(Command.of("systemctl").with(args).within(DEADLINE)).orThrow();
    }
}
