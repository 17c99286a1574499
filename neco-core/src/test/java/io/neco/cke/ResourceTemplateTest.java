package io.neco.cke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceTemplateTest {
    private static final Map<String, String> VALUES = new TreeMap<>(Map.of(
            "squid",
            "quay.io/cybozu/squid:5.4.1.1",
            "cke-unbound_exporter",
            "quay.io/cybozu/unbound_exporter:0.4.1.4",
            "lbAddressDefault",
            ""));

    @Test
    void fillsInBothForms() throws InvalidTemplateException {
        String text = """
                image: {{ .squid }}
                exporter: {{ index . "cke-unbound_exporter" }} # {a: {b: c}}
                both: {{.squid}}{{index . "squid"}}
                block: "{{ .lbAddressDefault }}"
                """;

        assertThat(ResourceTemplate.render(text, "squid.yml", VALUES)).isEqualTo("""
                        image: quay.io/cybozu/squid:5.4.1.1
                        exporter: quay.io/cybozu/unbound_exporter:0.4.1.4 # {a: {b: c}}
                        both: quay.io/cybozu/squid:5.4.1.1quay.io/cybozu/squid:5.4.1.1
                        block: ""
                        """);
    }

    @Test
    void leavesATextWithoutConstructsAlone() throws InvalidTemplateException {
        assertThat(ResourceTemplate.render("a: }} {\n", "x", VALUES)).isEqualTo("a: }} {\n");
    }

    @Test
    void namesFileLineAndConstructOfAnUnknownKey() {
        assertThatThrownBy(() -> ResourceTemplate.render("a: b\nc: {{ .bird }}\n", "squid.yml", VALUES))
                .isInstanceOf(InvalidTemplateException.class)
                .hasMessage("squid.yml:2: {{ .bird }} names bird, which is not known (known: cke-unbound_exporter,"
                        + " lbAddressDefault, squid)");
        assertThatThrownBy(() -> ResourceTemplate.render("{{ index . \"cke-bird\" }}", "squid.yml", VALUES))
                .hasMessageStartingWith("squid.yml:1: {{ index . \"cke-bird\" }} names cke-bird, which is not known");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ if .squid }}",
                "{{ . }}",
                "{{- .squid }}",
                "{{ .squid -}}",
                "{{ .squid | quote }}",
                "{{ .cke-unbound }}",
                "{{ .a.b }}",
                "{{ index . \"a\" \"b\" }}",
                "{{ index .a \"b\" }}",
                "{{/* comment */}}",
                "{{ \"text\" }}",
                "{{}}"
            })
    void refusesEverythingElse(String construct) {
        assertThatThrownBy(() -> ResourceTemplate.render("a\nb " + construct + "\n", "coil.yaml", VALUES))
                .isInstanceOf(InvalidTemplateException.class)
                .hasMessage("coil.yaml:2: " + construct
                        + " is not understood; only {{ .name }} and {{ index . \"name\" }} are");
    }

    @Test
    void refusesAConstructThatIsNotClosed() {
        assertThatThrownBy(() -> ResourceTemplate.render("\n\na: {{ .squid }\nb: c\n", "squid.yml", VALUES))
                .hasMessage("squid.yml:3: {{ .squid } is not closed by }}");
    }
}
