package io.neco.dctest.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FieldsTest {

    private static Fields parse(String json) throws IOException {
        return new Fields(Json.parseObject(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void valuesComeAsTextOrAsThemselves() throws IOException {
        Fields fields = parse("{\"a\":\"1\",\"b\":1,\"c\":\"true\",\"d\":true,\"e\":null,\"f\":\"\"}");

        assertThat(fields.number("a", 0)).isEqualTo(1);
        assertThat(fields.number("b", 0)).isEqualTo(1);
        assertThat(fields.flag("c", false)).isTrue();
        assertThat(fields.flag("d", false)).isTrue();
        assertThat(fields.flag("e", true)).isTrue();
        assertThat(fields.number("f", 7)).isEqualTo(7);
        assertThat(fields.text("e")).isEmpty();
    }

    @Test
    void listsComeAsTextWithCommasToo() throws IOException {
        Fields fields = parse("{\"a\":[\"x\",\"y\"],\"b\":\"x, y,\",\"c\":null}");

        assertThat(fields.list("a")).containsExactly("x", "y");
        assertThat(fields.list("b")).containsExactly("x", "y");
        assertThat(fields.list("c")).isEmpty();
    }

    @Test
    void durationsHaveUnitsOrAreSeconds() {
        assertThat(Durations.parse("876000h")).isEqualTo(Duration.ofDays(36_500));
        assertThat(Durations.parse("1h30m5s")).isEqualTo(Duration.ofSeconds(5405));
        assertThat(Durations.parse("3600")).isEqualTo(Duration.ofHours(1));
        assertThat(Durations.parse("30d")).isEqualTo(Duration.ofDays(30));
        assertThatThrownBy(() -> Durations.parse("1x")).hasMessageContaining("invalid duration");
        assertThatThrownBy(() -> Durations.parse("-1h")).hasMessageContaining("invalid duration");
    }

    @Test
    void onlyASingleObjectIsAccepted() {
        assertThatThrownBy(() -> parse("[]")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> parse("{} {}")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> parse("{\"a\":")).isInstanceOf(IOException.class);
    }
}
