package io.neco.fleet;

import io.neco.container.Stdio;
import io.neco.host.Command;
import io.neco.host.CommandRunner;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.Systemd;
import io.neco.program.setuphw.SetupHwProgram;
import io.neco.sabakan.SabakanClient;
import io.neco.sabakan.SabakanException;
import io.neco.setup.Waiting;
import io.neco.setup.Waiting.Look;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up the hardware of this boot server: its management controller and BIOS, by the container setup-hw.
 *
 * <p>Source: pkg/neco/cmd/bmc_setuphw.go at 1eec387.
 */
public final class HardwareSetup {
    private static final Logger log = LoggerFactory.getLogger(HardwareSetup.class);
    private static final String ADDRESS_FILE = "/etc/neco/bmc-address.json";
    private static final String USER_FILE = "/etc/neco/bmc-user.json";
    private static final int REBOOT_NEEDED = 10;
    private static final Duration EXEC_DEADLINE = Duration.ofSeconds(10);

    /** Runs commands in the container setup-hw. */
    @FunctionalInterface
    public interface Container {
        /** Runs one and returns its exit status. */
        int exec(List<String> command, Stdio stdio, Duration deadline) throws IOException, InterruptedException;
    }

    /** Asks the management controller of this server. */
    @FunctionalInterface
    public interface Controller {
        /** Whether it answers now. */
        boolean answers() throws InterruptedException;
    }

    /**
     * How long to wait.
     *
     * @param interval between two looks
     * @param container for the container to accept commands
     * @param resetBegin for the controller's reset to begin
     * @param resetEnd for the controller to answer again
     * @param tool for the tool itself
     */
    public record Timing(Duration interval, Duration container, Duration resetBegin, Duration resetEnd, Duration tool) {
        /** What real hardware needs. */
        public static Timing standard() {
            return new Timing(
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(4),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(5),
                    Duration.ofHours(2));
        }
    }

    private final HostFiles files;
    private final CommandRunner commands;
    private final SabakanClient sabakan;
    private final Container container;
    private final Controller controller;
    private final Timing timing;
    private final Waiting waiting;

    /**
     * @param files this host's files
     * @param commands this host's programs
     * @param sabakan knows the controller's address
     * @param container the container setup-hw
     * @param controller the controller of this host
     * @param timing how long to wait
     */
    public HardwareSetup(
            HostFiles files,
            CommandRunner commands,
            SabakanClient sabakan,
            Container container,
            Controller controller,
            Timing timing) {
        this.files = files;
        this.commands = commands;
        this.sabakan = sabakan;
        this.container = container;
        this.controller = controller;
        this.timing = timing;
        this.waiting = new Waiting(System::nanoTime, timing.interval(), Duration.ofSeconds(10));
    }

    /** This host's serial number. */
    public static String serial(HostFiles files) throws IOException {
        try {
            return files.read(HostPaths.PRODUCT_SERIAL_FILE).strip();
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "this machine has no serial number: " + HostPaths.PRODUCT_SERIAL_FILE + " is missing", e);
        }
    }

    /**
     * Sets it up; reboots the host when the tool asks for that.
     *
     * @param bmcUser what {@code neco bmc config set bmc-user} has stored
     * @param stdio where the tool reads from and writes to
     * @return whether the host is going to reboot
     * @throws IOException when a step fails; the message names it
     */
    public boolean run(String bmcUser, Stdio stdio) throws IOException, InterruptedException {
        files.write(ADDRESS_FILE, bmcInfo(serial(files)) + "\n", FileMode.WORLD_READABLE);
        files.write(USER_FILE, bmcUser, FileMode.PRIVATE);
        Systemd systemd = new Systemd(commands, files);
        systemd.restartService(SetupHwProgram.SERVICE);
        if (!systemd.isServiceActive(SetupHwProgram.SERVICE)) {
            throw new IOException(SetupHwProgram.SERVICE + ".service is not active after its start; see `journalctl -u "
                    + SetupHwProgram.SERVICE + "`");
        }
        awaitContainer();
        if (!isVirtual()) {
            awaitControllerReset();
        }
        int status = container.exec(List.of("setup-hw"), stdio, timing.tool());
        if (status == REBOOT_NEEDED) {
            commands.run(Command.of("reboot")).orThrow();
            return true;
        }
        if (status != 0) {
            throw new IOException("setup-hw in the container setup-hw failed with exit status " + status);
        }
        return false;
    }

    private String bmcInfo(String serial) throws IOException, InterruptedException {
        try {
            return sabakan.bmcInfo(serial);
        } catch (SabakanException e) {
            if (e.isNotFound()) {
                throw new IOException("no machine entry in sabakan: none has this host's serial number " + serial, e);
            }
            throw e;
        }
    }

    private void awaitContainer() throws IOException, InterruptedException {
        Stdio silent =
                new Stdio(Optional.empty(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false);
        waiting.until(
                "waiting for the container setup-hw",
                timing.container(),
                "see `journalctl -u " + SetupHwProgram.SERVICE + "`",
                () -> {
                    try {
                        int status = container.exec(List.of("echo", "hello"), silent, EXEC_DEADLINE);
                        return status == 0
                                ? Look.found(true)
                                : Look.notYet("`echo hello` in it failed with exit status " + status);
                    } catch (IOException e) {
                        return Look.notYet(String.valueOf(e.getMessage()));
                    }
                });
    }

    private boolean isVirtual() throws IOException, InterruptedException {
        return commands.run(
                        Command.of("systemd-detect-virt", "-q", "--vm").silent().asking())
                .isSuccess();
    }

    /** The container resets the controller when it starts, and the tool must not run meanwhile. */
    private void awaitControllerReset() throws InterruptedException {
        log.info("waiting for iDRAC reset...");
        try {
            waiting.until(
                    "waiting for iDRAC reset to begin",
                    timing.resetBegin(),
                    "",
                    () -> controller.answers() ? Look.notYet("") : Look.found(true));
        } catch (IOException e) {
            log.info("the iDRAC answered all the time; going on");
            return;
        }
        try {
            waiting.until(
                    "waiting for the iDRAC to answer again",
                    timing.resetEnd(),
                    "",
                    () -> controller.answers() ? Look.found(true) : Look.notYet(""));
        } catch (IOException e) {
            // it may be reachable from inside only, which is enough for the tool
            log.atWarn().addKeyValue("error", e.getMessage()).log("going on without an answer of the iDRAC");
        }
    }
}
