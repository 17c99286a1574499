package io.neco.dctest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingTakeUpTest {
    private static final List<RecordedEvent> CHANGES =
            List.of(changed(10, "check-update-interval"), changed(12, "github-token"));
    private static final List<LogLine> UPDATERS =
            List.of(updater(10.1, "config/check-update-interval"), updater(12.3, "config/github-token"));

    @Test
    void theLastWorkerCounts() {
        assertThat(seconds(worker(12.1, "boot-0"), worker(12.5, "boot-1"))).hasValue(0.5);
    }

    @Test
    void theLeadingUpdaterCounts() {
        assertThat(seconds(worker(12.125, "boot-0"))).hasValueCloseTo(0.3, offset(1e-6));
    }

    @Test
    void aLaterChangeThatNobodyMadeDoesNotCountTwice() {
        assertThat(seconds(worker(12.5, "boot-0"), worker(90, "boot-0"))).hasValue(0.5);
    }

    @Test
    void itIsUnknownWhenAWorkerHasNotTakenItUp() {
        LogLine idle = new LogLine(1, "boot-1", "update finished", Map.of());

        assertThat(seconds(worker(12.1, "boot-0"), idle)).isEmpty();
    }

    @Test
    void itIsUnknownWhenTheUpdaterHasNotTakenItUp() {
        assertThat(SettingTakeUp.seconds(CHANGES, List.of(worker(12.1, "boot-0")), UPDATERS.subList(0, 1)))
                .isEmpty();
    }

    @Test
    void itIsUnknownWithoutAChange() {
        assertThat(SettingTakeUp.seconds(List.of(), List.of(worker(12.1, "boot-0")), UPDATERS))
                .isEmpty();
    }

    private static OptionalDouble seconds(LogLine... workers) {
        return SettingTakeUp.seconds(CHANGES, Stream.of(workers).toList(), UPDATERS);
    }

    private static RecordedEvent changed(double time, String key) {
        return new RecordedEvent(time, "/neco/config/" + key, "", false);
    }

    private static LogLine worker(double time, String host) {
        return new LogLine(time, host, "settings taken up", Map.of());
    }

    private static LogLine updater(double time, String key) {
        return new LogLine(time, "boot-2", "detected config change", Map.of("key", key));
    }
}
