package io.neco.dctest.vault.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class HclTest {

    @Test
    void valuesHaveTheirTypes() {
        Hcl.Body body = Hcl.parse("a = \"x\\n\\\"\"\nb = 12\nc = true\nd = [\"1\", 2, ]\ne = 1.5\nf = []");

        assertThat(body.attributes())
                .containsEntry("a", "x\n\"")
                .containsEntry("b", 12L)
                .containsEntry("c", true)
                .containsEntry("d", List.of("1", 2L))
                .containsEntry("e", 1.5)
                .containsEntry("f", List.of());
    }

    @Test
    void blocksNestAndHaveLabels() {
        Hcl.Body body = Hcl.parse("""
                listener "tcp" {
                  telemetry { on = true }
                }
                path "a" "b" {}
                object = { x = 1 }
                """);

        assertThat(body.blocks("listener").get(0).labels()).containsExactly("tcp");
        assertThat(body.blocks("listener")
                        .get(0)
                        .body()
                        .blocks("telemetry")
                        .get(0)
                        .body()
                        .text("on"))
                .hasValue("true");
        assertThat(body.blocks("path").get(0).labels()).containsExactly("a", "b");
        assertThat(body.blocks("path").get(0).line()).isEqualTo(4);
        assertThat(body.blocks("object").get(0).body().text("x")).hasValue("1");
    }

    @Test
    void commentsOfAllKindsAreSkipped() {
        Hcl.Body body = Hcl.parse("# one\n// two\n/* three\n */ a = 1 # four\nb = 2");

        assertThat(body.attributes()).containsOnlyKeys("a", "b");
    }

    @Test
    void heredocIsAText() {
        assertThat(Hcl.parse("a = <<EOF\n x\n y\nEOF\nb = 1").text("a")).hasValue(" x\n y\n");
    }

    @Test
    void mistakesAreNamedWithTheirLine() {
        assertThatThrownBy(() -> Hcl.parse("a = 1\nb {"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> Hcl.parse("a = \"x\nb = 1")).hasMessageContaining("string is not closed");
        assertThatThrownBy(() -> Hcl.parse("a")).hasMessageContaining("unexpected end");
        assertThatThrownBy(() -> Hcl.parse("a = maybe")).hasMessageContaining("maybe");
        assertThatThrownBy(() -> Hcl.parse("a = 1\na = 2")).hasMessageContaining("twice");
        assertThatThrownBy(() -> Hcl.parse("}")).hasMessageContaining("line 1");
        assertThatThrownBy(() -> Hcl.parse("a = [1 2]")).hasMessageContaining("comma");
    }
}
