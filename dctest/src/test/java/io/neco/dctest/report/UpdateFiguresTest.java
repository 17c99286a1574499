package io.neco.dctest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateFiguresTest {
    private final List<RecordedEvent> events = new ArrayList<>();

    @Test
    void aStepLastsFromItsLastArrivalToTheLastArrivalAtTheNext() throws IOException {
        request(100.0, "v2", "[0,1]");
        status(103, 0, 1, 1);
        status(104, 1, 1, 1);
        status(106, 1, 2, 1);
        status(107, 0, 2, 1);
        status(107.002, 0, 2, 3);
        status(107.005, 1, 2, 3);

        UpdateFigures figures = UpdateFigures.of("v2", events);

        assertThat(figures.requestToFirstStep()).hasValueCloseTo(4.0, within(1e-6));
        assertThat(figures.stepSeconds().get(1)).isCloseTo(3.0, within(1e-6));
        assertThat(figures.stepSeconds().get(2)).isCloseTo(0.005, within(1e-6));
        assertThat(figures.requestToCompleted()).hasValueCloseTo(7.005, within(1e-6));
        assertThat(figures.lastBarrier()).hasValueSatisfying(b -> {
            assertThat(b.toFirst()).isCloseTo(0.002, within(1e-6));
            assertThat(b.toLast()).isCloseTo(0.005, within(1e-6));
        });
    }

    @Test
    void everyRequestOfAVersionHasFiguresOfItsOwn() throws IOException {
        request(50.0, "v1", "[0]");
        request(100.0, "v2", "[0]");
        status(103, 0, 1, 1);
        status(104, 0, 1, 3);
        request(200.0, "v2", "[0]");
        status(201, 0, 1, 1);
        status(205, 0, 1, 3);

        List<UpdateFigures> each = UpdateFigures.each("v2", events);

        assertThat(each).hasSize(2);
        assertThat(each.get(0).requestToCompleted()).hasValueCloseTo(4.0, within(1e-6));
        assertThat(each.get(1).requestToCompleted()).hasValueCloseTo(5.0, within(1e-6));
    }

    @Test
    void aStepIsNotOpenUntilEveryMemberHasArrived() throws IOException {
        request(100.0, "v2", "[0,1]");
        status(103, 0, 1, 1);
        status(103, 7, 1, 1);

        UpdateFigures figures = UpdateFigures.of("v2", events);

        assertThat(figures.requestToFirstStep()).isEmpty();
        assertThat(figures.requestToCompleted()).isEmpty();
    }

    @Test
    void otherKeysAreLeftOut() throws IOException {
        events.add(new RecordedEvent(1, "/neco/leader/updater//1", "boot-0", false));
        request(100.0, "v2", "[0]");
        status(101, 0, 1, 1);

        assertThat(UpdateFigures.of("v2", events).requestToFirstStep()).hasValueCloseTo(1.0, within(1e-6));
    }

    @Test
    void aRepeatedRequestOfTheSameVersionStartsAfresh() throws IOException {
        request(100.0, "v2", "[0]");
        status(101, 0, 1, 1);
        request(200.0, "v2", "[0]");
        status(201, 0, 1, 1);

        assertThat(UpdateFigures.of("v2", events).requestToFirstStep()).hasValueCloseTo(1.0, within(1e-6));
    }

    @Test
    void aMissingRequestIsAnError() {
        assertThatThrownBy(() -> UpdateFigures.of("v9", events))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("v9");
    }

    @Test
    void readsWhatTheRecorderWrote(@TempDir Path dir) throws IOException {
        String kv = "{\"key\":\"" + base64("/neco/status/current") + "\",\"value\":\"" + base64("{}") + "\"}";
        Path file = Files.writeString(
                dir.resolve("events"),
                "12.5 {\"Header\":{},\"Events\":[{\"kv\":" + kv + "},{\"type\":1,\"kv\":{\"key\":\"" + base64("/x")
                        + "\"}}]}\n");

        assertThat(RecordedEvent.readAll(file))
                .containsExactly(
                        new RecordedEvent(12.5, "/neco/status/current", "{}", false),
                        new RecordedEvent(12.5, "/x", "", true));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void request(double time, String version, String servers) {
        events.add(new RecordedEvent(
                time,
                "/neco/status/current",
                "{\"version\":\"" + version + "\",\"servers\":" + servers + ",\"stop\":false}",
                false));
    }

    private void status(double time, int lrn, int step, int cond) {
        events.add(new RecordedEvent(
                time,
                "/neco/status/bootservers/" + lrn,
                "{\"version\":\"v2\",\"step\":" + step + ",\"cond\":" + cond + ",\"message\":\"\"}",
                false));
    }
}
