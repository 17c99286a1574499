package io.neco.host;

import java.io.IOException;
import java.time.Duration;

/**
 * Services and timers of this host.
 *
 * <p>Source: systemd.go at 1eec387. Unlike the reference, an ordinary answer such as "inactive" is not logged as an error.
 */
public final class Systemd {
    /** How long one systemctl call may take; a start may have to wait for a container. */
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private final CommandRunner commands;

    /** @param commands runs systemctl */
    public Systemd(CommandRunner commands) {
        this.commands = commands;
    }

    /** Reloads the units, then enables and starts a service. */
    public void startService(String name) throws IOException, InterruptedException {
        enableAnd("start", name + ".service");
    }

    /** Reloads the units, then enables and restarts a service. */
    public void restartService(String name) throws IOException, InterruptedException {
        enableAnd("restart", name + ".service");
    }

    /** Enables a unit, whose file may be new, and starts it: one call, which also reloads the units. */
    public void enableNow(String unit) throws IOException, InterruptedException {
        systemctl("enable", "--now", unit);
    }

    /** Enables units, whose files may be new: one call, which also reloads the units. */
    public void enable(String... units) throws IOException, InterruptedException {
        commands.run(Command.of("systemctl", "enable").with(units).within(DEADLINE))
                .orThrow();
    }

    /** Starts units that are enabled already. */
    public void start(String... units) throws IOException, InterruptedException {
        commands.run(Command.of("systemctl", "start").with(units).within(DEADLINE))
                .orThrow();
    }

    /** Restarts a unit whose file is unchanged. */
    public void restart(String unit) throws IOException, InterruptedException {
        systemctl("restart", unit);
    }

    /** Stops units and keeps them from starting with the host; no error for one that does not exist. */
    public void disableNow(String unit) throws IOException, InterruptedException {
        commands.run(Command.of("systemctl", "disable", "--now", unit)
                .within(DEADLINE)
                .silent());
    }

    /** Stops a service. */
    public void stopService(String name) throws IOException, InterruptedException {
        systemctl("stop", name + ".service");
    }

    /** Disables a service. */
    public void disableService(String name) throws IOException, InterruptedException {
        systemctl("disable", name + ".service");
    }

    /** Reloads the units, then enables and starts a timer. */
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
     * Whether a service is active.
     *
     * @return false when it is inactive
     * @throws IOException when it is in any other state, e.g. failed or activating: an update must not go on as if it were stopped
     */
    public boolean isServiceActive(String name) throws IOException, InterruptedException {
        CommandResult result = commands.run(
                Command.of("systemctl", "is-active", name + ".service").silent());
        String state = result.stdout().strip();
        if (result.isSuccess()) {
            return true;
        }
        if (state.equals("inactive")) {
            return false;
        }
        throw new IOException(name + ".service is neither active nor inactive but "
                + (state.isEmpty() ? "unknown" : state) + "; see `systemctl status " + name + ".service`");
    }

    private void enableAnd(String verb, String unit) throws IOException, InterruptedException {
        systemctl("daemon-reload");
        systemctl("enable", unit);
        systemctl(verb, unit);
    }

    private void systemctl(String... args) throws IOException, InterruptedException {
        commands.run(Command.of("systemctl").with(args).within(DEADLINE)).orThrow();
    }
}
