package io.neco.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LogFormatTest {
    private static final Instant TIME = Instant.parse("2026-11-24T15:26:22.370129Z");

    @Test
    void writesTheReferencesPlainLine() {
        TreeMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("type", "exec");
        fields.put("response_time", 0.146752549);
        fields.put("command", "/usr/bin/systemctl");
        fields.put("args", List.of("systemctl", "daemon-reload"));

        String line = line(LogFormat.PLAIN, fields);

        assertThat(line)
                .isEqualTo(
                        "2026-11-24T15:26:22.370129Z boot-0 neco info: \"well: exec\" args=\"[systemctl daemon-reload]\""
                                + " command=\"/usr/bin/systemctl\" response_time=0.146752549 type=\"exec\"");
    }

    @Test
    void writesLogfmt() {
        assertThat(line(LogFormat.LOGFMT, new TreeMap<>(Map.of("step", 18))))
                .isEqualTo("topic=neco logged_at=2026-11-24T15:26:22.370129Z severity=info utsname=boot-0"
                        + " message=\"well: exec\" step=18");
    }

    @Test
    void writesJson() {
        TreeMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("servers", List.of(0, 1, 2));
        fields.put("version", "a\"b\n\u2028<x>");
        fields.put("isx", true);
        fields.put("none", null);

        assertThat(line(LogFormat.JSON, fields))
                .isEqualTo("{\"topic\":\"neco\",\"logged_at\":\"2026-11-24T15:26:22.370129Z\",\"severity\":\"info\","
                        + "\"utsname\":\"boot-0\",\"message\":\"well: exec\",\"isx\":true,\"none\":null,"
                        + "\"servers\":[0,1,2],\"version\":\"a\\\"b\\n\\u2028<x>\"}");
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("text", "\"text\""),
                Arguments.of("a \"b\" \\ \n\t\u0001 ü \u200b", "\"a \\\"b\\\" \\\\ \\n\\t\\x01 ü \\u200b\""),
                Arguments.of("two\nlines", "\"two\\nlines\""),
                Arguments.of(3, "3"),
                Arguments.of(3501445417029442111L, "3501445417029442111"),
                Arguments.of(1e-7, "0.0000001"),
                Arguments.of(1e21, "1000000000000000000000"),
                Arguments.of(2.0, "2"),
                Arguments.of(true, "true"),
                Arguments.of(null, "null"),
                Arguments.of(List.of(0, 1, 2), "\"[0 1 2]\""),
                Arguments.of(Arrays.asList("a", null), "\"[a <nil>]\""),
                Arguments.of(new String[] {"a", "b"}, "\"[a b]\""),
                Arguments.of(Map.of("b", 2, "a", 1), "\"map[a:1 b:2]\""),
                Arguments.of(Duration.ofHours(1), "\"1h0m0s\""),
                Arguments.of(TIME, "2026-11-24T15:26:22.370129Z"),
                Arguments.of(Instant.parse("2026-11-24T15:26:22Z"), "2026-11-24T15:26:22.000000Z"),
                Arguments.of(new IOException("went wrong"), "\"went wrong\""));
    }

    @ParameterizedTest
    @MethodSource("values")
    void rendersValuesAsGoDoes(@Nullable Object value, String expected) {
        TreeMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("v", value);

        assertThat(line(LogFormat.PLAIN, fields)).endsWith(" v=" + expected);
    }

    @Test
    void refusesAnUnknownFormat() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogFormat.of("xml"))
                .withMessage("invalid format: xml");
        assertThat(LogFormat.of("")).isEqualTo(LogFormat.PLAIN);
    }

    private static String line(LogFormat format, SortedMap<String, @Nullable Object> fields) {
        StringBuilder out = new StringBuilder();
        format.append(out, new LogRecord(TIME, "boot-0", "neco", "info", "well: exec", fields));
        return out.toString();
    }
}
