package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.time.GoTime;
import io.neco.update.ContentsUpdateStatus;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueCodecTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static UpdateRequest request(String json) {
        return ValueCodec.request("status/current", bytes(json));
    }

    private static UpdateStatus status(String json) {
        return ValueCodec.status("status/bootservers/1", bytes(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"version\":\"9999.12.31-99999\",\"servers\":[0,1,2],\"stop\":false,\"started_at\":\"2026-11-24T15:39:18.414961094Z\"}",
                "{\"version\":\"9999.12.31-99999\",\"servers\":[0,1,2],\"stop\":false,\"started_at\":\"2026-11-24T15:42:38.75665842Z\"}",
                "{\"version\":\"9999.12.31-99999\",\"servers\":[0,1,2],\"stop\":true,\"started_at\":\"2026-11-24T15:42:38.75665842Z\"}",
                "{\"version\":\"2022.05.25-1\",\"servers\":null,\"stop\":false,\"started_at\":\"2026-11-24T16:49:46.503629011Z\"}",
                "{\"version\":\"2022.05.25-1\",\"servers\":[0],\"stop\":false,\"started_at\":\"2022-05-25T10:00:00.5+09:00\"}",
                "{\"version\":\"\",\"servers\":null,\"stop\":false,\"started_at\":\"0001-01-01T00:00:00Z\"}",
            })
    void requestsKeepTheirBytes(String json) {
        assertThat(ValueCodec.encode(request(json))).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"version\":\"2022.05.25-1\",\"step\":1,\"cond\":1,\"message\":\"\"}",
                "{\"version\":\"2022.05.25-1\",\"step\":18,\"cond\":3,\"message\":\"\"}",
                "{\"version\":\"9999.12.31-99999\",\"step\":4,\"cond\":2,\"message\":\"\"}",
                "{\"version\":\"9999.12.31-99999\",\"step\":5,\"cond\":2,\"message\":\"other boot server failed to update: 1\"}",
                "{\"version\":\"2022.05.25-1\",\"step\":14,\"cond\":2,\"message\":\"Conflict: conflicted\"}",
                "{\"version\":\"v\",\"step\":0,\"cond\":0,\"message\":\"a\\u003cb\\u003e\\u0026c \\\"q\\\" \\\\ \\n\\r\\t \\u0001 \\u2028\\u2029 日本 😀 /\"}",
            })
    void statusesKeepTheirBytes(String json) {
        assertThat(ValueCodec.encode(status(json))).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"version\":\"9999.12.31-99999\",\"success\":true}",
                "{\"version\":\"2022.05.25-1\",\"success\":false}"
            })
    void contentsRecordsKeepTheirBytes(String json) {
        ContentsUpdateStatus record = ValueCodec.contents("contents/cke", bytes(json));

        assertThat(ValueCodec.encode(record)).isEqualTo(json);
    }

    @Test
    void weightsAreSortedAndShort() {
        assertThat(ValueCodec.encode(new TreeMap<>(Map.of("ss", 1.0, "cs", 3.0))))
                .isEqualTo("{\"cs\":3,\"ss\":1}");
        assertThat(ValueCodec.encode(new TreeMap<String, Double>())).isEqualTo("{}");
        assertThat(ValueCodec.weights("cke/weight", bytes("{\"cs\":18.5,\"ss\":1e+21,\"x\":null}")))
                .isEqualTo(Map.of("cs", 18.5, "ss", 1e21, "x", 0.0));
    }

    @ParameterizedTest
    @CsvSource({
        "10, 10", "18.5, 18.5", "1e21, 1e+21", "1e20, 100000000000000000000", "1e-6, 0.000001", "1e-7, 1e-7",
        "1.25e-9, 1.25e-9", "1e-10, 1e-10", "0, 0", "-2.5, -2.5", "-1.5e30, -1.5e+30", "0.1, 0.1"
    })
    void numbersAreWrittenAsGoWritesThem(double value, String text) {
        assertThat(ValueCodec.encode(new TreeMap<>(Map.of("r", value)))).isEqualTo("{\"r\":" + text + "}");
    }

    @Test
    void escapesLoneSurrogatesAsReplacement() {
        assertThat(ValueCodec.encode(UpdateStatus.aborted("v", 1, "\ud800x"))).contains("\"\\ufffdx\"");
        assertThat(status("{\"message\":\"\\ud800x\\ud83d\\ude00\"}").message()).isEqualTo("\ufffdx😀");
    }

    @Test
    void absentAndNullMembersAreZeroValuesAndUnknownOnesAreIgnored() {
        UpdateRequest zero = new UpdateRequest("", List.of(), false, GoTime.ZERO);

        assertThat(request("{}")).isEqualTo(zero);
        assertThat(request("null")).isEqualTo(zero);
        assertThat(request("{\"version\":null,\"servers\":null,\"stop\":null,\"started_at\":null}"))
                .isEqualTo(zero);
        assertThat(request(" { \"future\" : { \"a\" : [1, true, \"x\"] } , \"version\" : \"1\" } \n"))
                .isEqualTo(new UpdateRequest("1", List.of(), false, GoTime.ZERO));
    }

    @Test
    void namesMatchRegardlessOfCaseAndTheLastOneWins() {
        assertThat(request("{\"Version\":\"a\",\"VERSION\":\"b\"}").version()).isEqualTo("b");
    }

    @Test
    void unknownConditionsAreReadButNeverWritten() {
        UpdateStatus future = status("{\"cond\":9}");

        assertThat(future.condition()).isEqualTo(UpdateCondition.UNKNOWN);
        assertThatThrownBy(() -> ValueCodec.encode(future)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "3",
                "{\"version\":1}",
                "{\"version\":\"1\"",
                "{\"version\":\"1\"}x",
                "{\"servers\":{}}",
                "{\"servers\":[\"0\"]}",
                "{\"servers\":[0.5]}",
                "{\"servers\":[1e2]}",
                "{\"servers\":[99999999999]}",
                "{\"stop\":\"no\"}",
                "{\"started_at\":\"yesterday\"}",
                "{\"started_at\":3}",
                "{'version':1}",
                "{\"version\":\"\u0001\"}",
                "{\"version\":\"\\x\"}",
                "{\"servers\":[01]}",
                "{\"servers\":[0,]}",
                "{\"a\":nul}",
            })
    void malformedRequestsNameKeyAndValue(String json) {
        assertThatThrownBy(() -> request(json))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("status/current")
                .hasMessageContaining("`" + json + "`");
    }

    @Test
    void deeplyNestedValuesAreRefusedWithoutOverflow() {
        String json = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThatThrownBy(() -> request(json))
                .isInstanceOf(MalformedValueException.class)
                .message()
                .hasSizeLessThan(500);
    }

    @Test
    void otherMalformedValuesNameKeyAndValue() {
        assertThatThrownBy(() -> status("{\"step\":\"one\"}"))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("status/bootservers/1")
                .hasMessageContaining("member step should be a whole number but is text");
        assertThatThrownBy(() -> ValueCodec.weights("cke/weight", bytes("{\"cs\":\"3\"}")))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("cke/weight");
        assertThatThrownBy(() -> ValueCodec.nanoseconds("config/worker-timeout", bytes("60m")))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("config/worker-timeout")
                .hasMessageContaining("`60m`");
        assertThatThrownBy(() -> ValueCodec.stage("finish/0", bytes("done")))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("finish/0");
        assertThatThrownBy(() -> ValueCodec.lrn("info/bootservers/x", "info/bootservers/"))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("info/bootservers/x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{garbage|",
                "[]|it is not a JSON object",
                "{\"version\":1}|member version should be text but is a number",
                "{\"success\":1}|member success should be true or false but is a number",
                "{\"success\":\"yes\"}|member success should be true or false but is text"
            })
    void malformedContentsRecordsNameKeyValueAndReason(String json, @Nullable String reason) {
        assertThatThrownBy(() -> ValueCodec.contents("contents/sabakan", bytes(json)))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageStartingWith(
                        "etcd key contents/sabakan should hold a contents record but holds `" + json + "`: ")
                .hasMessageContaining(reason == null ? "" : reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{garbage|",
                "[]|it is not a JSON object",
                "{}|kind should be begun, succeeded or failed but is \"\"",
                "{\"kind\":\"ended\"}|kind should be begun, succeeded or failed but is \"ended\"",
                "{\"kind\":1}|member kind should be text but is a number",
                "{\"kind\":\"begun\",\"message\":[]}|member message should be text but is a list or an object",
                "{\"kind\":\"begun\",\"told\":0}|member told should be true or false but is a number",
                "{\"kind\":\"begun\",\"servers\":0}|member servers should be a list of numbers but is a number"
            })
    void malformedNoticesNameKeyValueAndReason(String json, @Nullable String reason) {
        assertThatThrownBy(() -> ValueCodec.notice("notices/x/end", bytes(json)))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageStartingWith(
                        "etcd key notices/x/end should hold something to be told about an update but holds `" + json
                                + "`: ")
                .hasMessageContaining(reason == null ? "" : reason);
    }

    @Test
    void nanosecondsAreDecimal() {
        assertThat(ValueCodec.nanoseconds("config/worker-timeout", bytes("3000000000")))
                .isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void encodesARequestMadeHere() {
        UpdateRequest request = new UpdateRequest(
                "2022.05.25-1", List.of(0, 1, 2), false, OffsetDateTime.parse("2022-05-25T01:02:03.10Z"));

        assertThat(ValueCodec.encode(request))
                .isEqualTo(
                        "{\"version\":\"2022.05.25-1\",\"servers\":[0,1,2],\"stop\":false,\"started_at\":\"2022-05-25T01:02:03.1Z\"}");
    }
}
