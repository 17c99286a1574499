package io.neco.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {
    private static final Logger log = LoggerFactory.getLogger(LoggingTest.class);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @AfterEach
    void restore() throws IOException {
        Logging.configure("neco", Optional.empty(), "", "");
    }

    @Test
    void sortsFieldsAndSaysWarningNotWarn() {
        Logging.configure("neco-updater", out, "", "");

        log.atWarn().addKeyValue("version", "1").addKeyValue("lrn", 2).log("worker {} updating", "failed");

        assertThat(lines()).hasSize(1);
        assertThat(lines()[0])
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z \\S+ neco-updater warning:"
                        + " \"worker failed updating\" lrn=2 version=\"1\"");
    }

    @ParameterizedTest
    @CsvSource({"message, message_", "downloadURL, download_url", "content-length, content_length", "9a, _9a", "'', _"})
    void keepsARecordWhoseFieldNameIsNotAllowed(String name, String safe) {
        Logging.configure("neco", out, "", "");

        log.atInfo().addKeyValue(name, "x").log("event");

        assertThat(lines()[0]).endsWith("\"event\" " + safe + "=\"x\"");
    }

    @Test
    void tellsAnExceptionInOneLineWithoutAStack() {
        Logging.configure("neco", out, "", "");

        log.atError().setCause(new NoSuchFileException("/etc/neco/rack")).log("cannot start");

        assertThat(lines()).hasSize(1);
        assertThat(lines()[0]).endsWith("error: \"cannot start\" error=\"NoSuchFileException: /etc/neco/rack\"");
    }

    @Test
    void addsTheStackOfAMistakeInTheProgram() {
        Logging.configure("neco", out, "", "");

        log.atError().setCause(new IllegalStateException("bug")).log("oops");

        assertThat(lines()).hasSize(1);
        assertThat(lines()[0])
                .contains("error=\"bug\"")
                .contains("stack=\"java.lang.IllegalStateException: bug\\n\\tat io.neco");
    }

    @Test
    void hidesWhatIsBelowTheLevel() {
        Logging.configure("neco", out, "error", "");
        log.warn("hidden");
        log.error("shown");
        Logging.configure("neco", out, "critical", "");
        log.error("hidden too");

        assertThat(lines()).hasSize(1);
    }

    @Test
    void routesWarningsOfJavaUtilLoggingAndLimitsLibraries() {
        Logging.configure("neco", out, "info", "");

        java.util.logging.Logger.getLogger("io.grpc.internal.X").warning("from grpc");
        java.util.logging.Logger.getLogger("io.grpc.internal.X").info("not this");
        LoggerFactory.getLogger("io.netty.X").info("nor this");

        assertThat(lines()).hasSize(1);
        assertThat(lines()[0]).contains("warning: \"from grpc\"");
    }

    @Test
    void appendsToAFile(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("log");
        Files.writeString(file, "before\n");

        Logging.configure("neco", Optional.of(file), "", "json");
        log.info("one");

        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(Files.readAllLines(file).get(1)).startsWith("{\"topic\":\"neco\",");
    }

    @Test
    void namesTheWrongSetting(@TempDir Path dir) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Logging.configure("neco", out, "INFO", ""))
                .withMessage("no such level: INFO");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Logging.configure("neco", out, "", "xml"))
                .withMessage("invalid format: xml");
        assertThatIOException()
                .isThrownBy(() -> Logging.configure("neco", Optional.of(dir.resolve("no/log")), "", ""))
                .withMessage("open " + dir.resolve("no/log") + ": no such file or directory");
    }

    private String[] lines() {
        return out.toString(StandardCharsets.UTF_8).split("\n");
    }
}
