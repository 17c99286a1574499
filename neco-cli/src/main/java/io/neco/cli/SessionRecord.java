package io.neco.cli;

import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.time.GoDuration;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** The record of one SSH session: a directory of files while it lasts, an archive on the log server afterwards. */
final class SessionRecord {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ARCHIVE_DEADLINE = Duration.ofMinutes(5);

    private final Path directory;
    private final String start;

    private SessionRecord(Path directory, String start) {
        this.directory = directory;
        this.start = start;
    }

    /**
     * Makes the directory, for its owner's eyes only.
     *
     * @param original what the client asked for; nothing: a shell
     * @throws IOException when it cannot be written; nothing stays behind
     */
    static SessionRecord begin(Path parent, LocalDateTime now, byte[] original) throws IOException {
        String start = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").format(now);
        SessionRecord record =
                new SessionRecord(Files.createTempDirectory(parent, "session-log-" + start + "-"), start);
        if (original.length > 0) {
            record.write(original);
        }
        return record;
    }

    private void write(byte[] original) throws IOException {
        try {
            Path file = Files.createFile(
                    directory.resolve(SessionCommand.ORIGINAL),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, original);
        } catch (IOException e) {
            delete();
            throw e;
        }
    }

    Path directory() {
        return directory;
    }

    /**
     * Packs the files and sends them. What fails is said, and the directory is left to be sent by hand.
     *
     * @param server address below which archives are stored
     */
    void finish(
            List<String> files,
            Duration duration,
            String host,
            String user,
            URI server,
            CommandRunner commands,
            PrintWriter err)
            throws InterruptedException {
        String whole = GoDuration.format(Duration.ofSeconds(duration.toSeconds()));
        String name = ("session-log-" + start + "-" + host + "-"
                        + ProcessHandle.current().pid() + "-" + whole + "-" + user + ".tar.gz")
                .replaceAll("[^A-Za-z0-9._-]", "_");
        Path archive = directory.resolve(name);
        List<String> pack = new ArrayList<>(List.of("/bin/tar", "zcf", archive.toString(), "--directory=" + directory));
        pack.addAll(files);
        try {
            CommandResult packed =
                    commands.run(Command.of(pack).within(ARCHIVE_DEADLINE).silent());
            packed.orThrow();
        } catch (IOException e) {
            err.println("failed to archive session log: " + e.getMessage() + "; it is kept in " + directory);
            return;
        }
        try {
            int status = put(archive, URI.create(server + "/" + name));
            if (status / 100 != 2) {
                err.println("failed to put session log: status " + status + "; it is kept in " + directory);
                return;
            }
            err.println("succeeded in putting session log " + name + ".");
            delete();
        } catch (IOException e) {
            err.println("failed to put session log: " + e.getMessage() + "; it is kept in " + directory);
        }
    }

    private static int put(Path archive, URI target) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection(Proxy.NO_PROXY);
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.setConnectTimeout((int) TIMEOUT.toMillis());
        connection.setReadTimeout((int) TIMEOUT.toMillis());
        connection.setChunkedStreamingMode(0);
        connection.setRequestProperty("Content-Type", "application/gzip");
        try {
            try (OutputStream out = connection.getOutputStream()) {
                Files.copy(archive, out);
            }
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    private void delete() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
