package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.neco.host.ProcessCommandRunner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionLogTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2022, 5, 25, 1, 2, 3);

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|/usr/bin/script -q -t/d/timingfile -e /d/typescript|typescript,timingfile",
                "internal-sftp|/bin/sh -c /usr/lib/openssh/sftp-server|SSH_ORIGINAL_COMMAND",
                "/usr/lib/openssh/sftp-server|/bin/sh -c exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"|SSH_ORIGINAL_COMMAND",
                "scp -t /x|/bin/sh -c exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"|SSH_ORIGINAL_COMMAND",
                "date|/bin/sh -c exec /usr/bin/bash -c \"$SSH_ORIGINAL_COMMAND\"|SSH_ORIGINAL_COMMAND"
            })
    void runsWhatTheClientAskedForAndRecordsIt(String original, String command, String recorded) {
        SessionCommand session = SessionCommand.of(original, Optional.of(Path.of("/d")));

        assertThat(String.join(" ", session.argv())).isEqualTo(command);
        assertThat(String.join(",", session.recorded())).isEqualTo(recorded);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|/usr/bin/bash",
                "internal-sftp|/bin/sh -c /usr/lib/openssh/sftp-server",
                "/usr/lib/openssh/sftp-server|/bin/sh -c exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"",
                "scp -t /x|/bin/sh -c exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"",
                "date|/bin/sh -c exec /usr/bin/bash -c \"$SSH_ORIGINAL_COMMAND\""
            })
    void letsInAlsoWhenNothingCanBeRecorded(String original, String command) {
        SessionCommand session = SessionCommand.of(original, Optional.empty());

        assertThat(String.join(" ", session.argv())).isEqualTo(command);
        assertThat(session.recorded()).isEmpty();
    }

    @Test
    void sendsTheRecordAndRemovesItThen() throws Exception {
        AtomicReference<String> request = new AtomicReference<>("");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            int size = exchange.getRequestBody().readAllBytes().length;
            request.set(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + (size > 0));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        try {
            SessionRecord record = SessionRecord.begin(root, NOW, "date".getBytes(StandardCharsets.UTF_8));
            assertThat(record.directory().resolve("SSH_ORIGINAL_COMMAND")).hasContent("date");

            String said = finish(record, server.getAddress().getPort());

            assertThat(request.get())
                    .matches("PUT /bucket/session-log-20220525T010203-boot-0-\\d+-1m5s-a_b\\.tar\\.gz true");
            assertThat(said).startsWith("succeeded in putting session log session-log-2022");
            assertThat(record.directory()).doesNotExist();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void keepsTheRecordThatCannotBeSent() throws Exception {
        SessionRecord record = SessionRecord.begin(root, NOW, "date".getBytes(StandardCharsets.UTF_8));

        String said = finish(record, 1);

        assertThat(said).startsWith("failed to put session log: ").contains("kept in " + record.directory());
        try (Stream<Path> kept = Files.list(record.directory())) {
            assertThat(kept).hasSize(2);
        }
    }

    private static String finish(SessionRecord record, int port) throws InterruptedException {
        StringWriter err = new StringWriter();
        record.finish(
                List.of("SSH_ORIGINAL_COMMAND"),
                Duration.ofMillis(65_900),
                "boot-0",
                "a/b",
                URI.create("http://127.0.0.1:" + port + "/bucket"),
                new ProcessCommandRunner(),
                new PrintWriter(err, true));
        return err.toString();
    }
}
