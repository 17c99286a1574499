package io.neco.updater;

import static org.awaitility.Awaitility.await;

import io.neco.log.Logging;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The log of the test's process: severity, message and fields of each line. */
final class LogLines {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    LogLines() {
        Logging.configure("neco-updater", out, "", "");
    }

    List<String> all() {
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceFirst("^\\S+ \\S+ \\S+ ", ""))
                .toList();
    }

    long count(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return all().stream().filter(line -> pattern.matcher(line).find()).count();
    }

    void awaitLine(String regex) {
        awaitLines(1, regex);
    }

    void awaitLines(int count, String regex) {
        await("log line " + regex).atMost(Duration.ofSeconds(30)).until(() -> count(regex) >= count);
    }
}
