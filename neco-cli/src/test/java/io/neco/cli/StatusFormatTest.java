package io.neco.cli;

import static io.neco.cli.StatusTextTest.VERSION;
import static io.neco.cli.StatusTextTest.request;
import static io.neco.cli.StatusTextTest.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.neco.store.Snapshot;
import io.neco.update.UpdateStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusFormatTest {
    private static final Instant NOW = Instant.parse("2022-05-25T01:03:08Z");
    private static final StatusView RUNNING = view(
            List.of(0, 1, 3),
            request(0, 1),
            Map.of(
                    0,
                    UpdateStatus.running(VERSION, 3),
                    1,
                    UpdateStatus.running(VERSION, 2),
                    3,
                    UpdateStatus.aborted("old", 1, "")));
    private static final StatusView ABORTED = view(
            List.of(0),
            request(0),
            Map.of(0, UpdateStatus.aborted(VERSION, 2, "said \"no\":\n\u001b[31m# {x}: - \ud83d\udca5")));

    @Test
    void jsonHasEverythingTheTextHas() throws JsonProcessingException {
        JsonNode document = new ObjectMapper().readTree(StatusFormat.JSON.render(RUNNING, NOW));

        assertThat(document.get("status").asText()).isEqualTo("running");
        assertThat(document.get("bootServers")).hasSize(3);
        assertThat(document.get("version").asText()).isEqualTo(VERSION);
        assertThat(document.get("members")).hasSize(2);
        assertThat(document.get("stop").asBoolean()).isFalse();
        assertThat(document.get("startedAt").asText()).isEqualTo("2022-05-25T10:02:03.123+09:00");
        assertThat(document.at("/servers/0/step").asInt()).isEqualTo(3);
        assertThat(document.at("/servers/1/condition").asText()).isEqualTo("running");
        assertThat(document.at("/waitingFor/0/lrn").asInt()).isEqualTo(1);
    }

    @Test
    void yamlIsTheSameDocument() throws JsonProcessingException {
        for (StatusView view : List.of(RUNNING, ABORTED)) {
            JsonNode json = new ObjectMapper().readTree(StatusFormat.JSON.render(view, NOW));
            JsonNode yaml = new ObjectMapper(new YAMLFactory()).readTree(StatusFormat.YAML.render(view, NOW));

            assertThat(yaml).isEqualTo(json);
        }
    }

    @Test
    void documentsOfAStreamAreTheSame() throws JsonProcessingException {
        for (StatusView view : List.of(RUNNING, ABORTED)) {
            String line = StatusFormat.JSON.renderInStream(view, NOW);
            String yaml = StatusFormat.YAML.renderInStream(view, NOW);

            assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
            assertThat(new ObjectMapper().readTree(line))
                    .isEqualTo(new ObjectMapper().readTree(StatusFormat.JSON.render(view, NOW)));
            assertThat(yaml).isEqualTo("---\n" + StatusFormat.YAML.render(view, NOW));
        }
    }

    @Test
    void messagesSurviveWhateverTheyHold() throws JsonProcessingException {
        JsonNode document = new ObjectMapper().readTree(StatusFormat.JSON.render(ABORTED, NOW));

        assertThat(document.at("/servers/0/message").asText())
                .isEqualTo("said \"no\":\n\u001b[31m# {x}: - \ud83d\udca5");
    }

    @Test
    void documentOfAClearClusterIsShort() throws JsonProcessingException {
        StatusView view = StatusView.of(new Snapshot(1, Optional.empty(), Map.of(), "", List.of(0, 1)));

        JsonNode document = new ObjectMapper().readTree(StatusFormat.JSON.render(view, NOW));

        assertThat(document.get("status").asText()).isEqualTo("clear");
        assertThat(document.has("version")).isFalse();
    }

    @Test
    void tableNamesWhoIsWaitedForAndWhy() {
        assertThat(StatusFormat.TABLE.render(RUNNING, NOW)).isEqualTo("""
                        Update to 2022.05.25-12345: running for 1m4s
                        BOOT SERVER  STEP  CONDITION  REMARK
                        0            3     running
                        1            2     running    waited for
                        3            -     -          not a member of this update
                        waiting for boot server 1 (step 2)
                        """);
    }

    @Test
    void tableTellsAStoppedUpdateAndWhatToDo() {
        StatusView view = view(
                List.of(0, 1),
                request(0, 1).stopped(),
                Map.of(0, UpdateStatus.running(VERSION, 8), 1, UpdateStatus.running(VERSION, 7)));

        assertThat(StatusFormat.TABLE.render(view, NOW)).isEqualTo("""
                        Update to 2022.05.25-12345: stopped
                        BOOT SERVER  STEP  CONDITION  REMARK
                        0            8     running
                        1            7     running    waited for
                        the update to 2022.05.25-12345 was stopped: it was waiting for boot server 1 (step 7); \
                        when the cause is mended, `neco retry` starts it again
                        """);
    }

    @Test
    void documentTellsAStoppedUpdate() throws JsonProcessingException {
        StatusView view = view(List.of(0), request(0).stopped(), Map.of(0, UpdateStatus.completed(VERSION, 5)));

        JsonNode document = new ObjectMapper().readTree(StatusFormat.JSON.render(view, NOW));

        assertThat(document.get("status").asText()).isEqualTo("stopped");
        assertThat(document.get("stop").asBoolean()).isTrue();
        assertThat(document.get("activity").asText()).contains("`neco recover`");
    }

    @Test
    void refusesAnUnknownForm() {
        assertThatThrownBy(() -> StatusFormat.of("xml"))
                .hasMessage("--output xml is unknown; choose text, table, json or yaml");
    }
}
