package io.neco.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoJsonTest {
    @Test
    void keepsTheOrderOfAnObjectAndSortsAMap() {
        GoJson.Obj object = GoJson.Obj.empty().with("b", 1).with("a", Map.of("z", true, "B", List.of("x", "y")));

        assertThat(GoJson.write(object)).isEqualTo("{\"b\":1,\"a\":{\"B\":[\"x\",\"y\"],\"z\":true}}");
    }

    @Test
    void writesWhatIsEmpty() {
        assertThat(GoJson.write(GoJson.Obj.empty()
                        .with("a", List.of())
                        .with("b", Map.of())
                        .with("c", null)))
                .isEqualTo("{\"a\":[],\"b\":{},\"c\":null}");
    }

    @Test
    void escapesAsGoDoes() {
        assertThat(GoJson.write("<a href=\"x\">&\n\u0008\u2028é</a>"))
                .isEqualTo("\"\\u003ca href=\\\"x\\\"\\u003e\\u0026\\n\\u0008\\u2028é\\u003c/a\\u003e\"");
    }

    @Test
    void refusesWhatIsNoJson() {
        assertThatThrownBy(() -> GoJson.write(new Object())).isInstanceOf(IllegalArgumentException.class);
    }
}
