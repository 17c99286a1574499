package io.neco.cli;

import io.neco.host.ForegroundProcess;
import io.neco.log.Logging;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import picocli.CommandLine.Command;

/**
 * {@code neco session-log start}: what sshd runs for everybody who logs in. Trouble with the record never keeps anybody from the session.
 *
 * <p>Source: pkg/neco/cmd/session_log_start.go at 1eec387.
 */
@Command(
        description = {
            "Runs a recorded shell, or the command in SSH_ORIGINAL_COMMAND, and sends the record to the log server when it ends.",
            "The update puts this command into /etc/ssh/sshd_config.d/neco.conf; the exit status is that of the session."
        })
final class SessionLogStartCommand implements NecoCommand {
    private static final URI SERVER = URI.create("http://s3gw.session-log.svc/bucket");
    private static final String DIRECTORY = "/tmp";
    static final int CANNOT_RUN = 255;

    private final Surroundings surroundings;

    SessionLogStartCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws InterruptedException {
        String original = surroundings.environment().getOrDefault(SessionCommand.ORIGINAL, "");
        Optional<SessionRecord> record = begin();
        SessionCommand session = SessionCommand.of(original, record.map(SessionRecord::directory));
        long begin = System.nanoTime();
        int status;
        try {
            status = ForegroundProcess.run(io.neco.host.Command.of(session.argv()));
        } catch (IOException e) {
            surroundings.err().println("failed to run " + session.argv().get(0) + ": " + e.getMessage());
            status = CANNOT_RUN;
        }
        Duration duration = Duration.ofNanos(System.nanoTime() - begin);
        if (record.isPresent()) {
            String user = surroundings.environment().getOrDefault("USER", "unknown");
            record.get()
                    .finish(
                            session.recorded(),
                            duration,
                            Logging.hostName(),
                            user,
                            SERVER,
                            surroundings.commands(),
                            surroundings.err());
        }
        return status;
    }

    private Optional<SessionRecord> begin() {
        LocalDateTime now = LocalDateTime.ofInstant(surroundings.clock().instant(), ZoneId.systemDefault());
        Path parent = surroundings.root().resolve(DIRECTORY);
        try {
            return Optional.of(SessionRecord.begin(parent, now, RawVariable.read(SessionCommand.ORIGINAL)));
        } catch (IOException e) {
            surroundings.err().println("failed to create tmp dir: " + e.getMessage());
            surroundings.err().println("continuing without session recording...");
            return Optional.empty();
        }
    }
}
