package io.neco.dctest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.report.RecordedEvent;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class UpdateViewTest {
    private static final String REQUEST = "{\"version\":\"1\",\"servers\":[0,1,2],\"stop\":false,\"started_at\":\"x\"}";

    private final UpdateView view = new UpdateView();

    private void put(String key, String value) throws IOException {
        view.accept(new RecordedEvent(0, "/neco/" + key, value, false));
    }

    private void delete(String key) throws IOException {
        view.accept(new RecordedEvent(0, "/neco/" + key, "", true));
    }

    private void report(int server, int step, int condition, String message) throws IOException {
        put(
                "status/bootservers/" + server,
                "{\"version\":\"1\",\"step\":" + step + ",\"cond\":" + condition + ",\"message\":\"" + message + "\"}");
    }

    private void allAt(int step) throws IOException {
        put("status/current", REQUEST);
        for (int server = 0; server < 3; server++) {
            report(server, step, 1, "");
        }
    }

    @Test
    void aStepIsOpenOnceTheLastMemberHasArrived() throws IOException {
        put("status/current", REQUEST);
        report(0, 3, 1, "");
        report(2, 3, 1, "");
        assertThat(view.isOpen(3)).isFalse();
        assertThat(Aim.of(new Cell(3, Fault.WORKER)).victim(view)).isEmpty();

        report(1, 3, 1, "");

        assertThat(view.isOpen(3)).isTrue();
        assertThat(Aim.of(new Cell(3, Fault.WORKER)).victim(view)).hasValue(0);
        assertThat(Aim.of(new Cell(4, Fault.WORKER)).victim(view)).isEmpty();
    }

    @Test
    void ofAStepUnderTheLockTheHolderIsHit() throws IOException {
        allAt(14);
        assertThat(Aim.of(new Cell(14, Fault.WORKER)).victim(view)).isEmpty();

        put("leader/worker//1a", "");
        put("leader/worker//1a", "2");
        put("leader/worker//1b", "0");
        assertThat(Aim.of(new Cell(14, Fault.WORKER)).victim(view)).hasValue(2);

        delete("leader/worker//1a");
        assertThat(Aim.of(new Cell(14, Fault.WORKER)).victim(view)).hasValue(0);
    }

    @Test
    void whatWouldComeTooLateHitsTheFirstThatArrives() throws IOException {
        Aim aim = Aim.of(Cell.of("18/worker"));
        allAt(17);
        assertThat(aim.victim(view)).isEmpty();

        report(2, 18, 1, "");

        assertThat(aim.victim(view)).hasValue(2);
        assertThat(Aim.of(Cell.of("1/registry")).atBarrier()).isTrue();
        assertThat(Aim.of(Cell.of("14/registry")).atBarrier()).isFalse();
        assertThat(Aim.of(Cell.of("1/worker")).atBarrier()).isFalse();
    }

    @Test
    void aMissedLockDoesNotKeepTheFaultFromComing() throws IOException {
        allAt(15);

        assertThat(Aim.of(new Cell(14, Fault.WORKER)).victim(view)).isPresent();
    }

    @Test
    void theReasonIsThatOfTheServerThatFailedFirst() throws IOException {
        allAt(9);
        report(0, 9, 2, "other boot server failed to update: 1: no room");
        report(1, 9, 2, "no room");

        assertThat(view.reason()).hasValue("boot-1 at 9: no room");
        assertThat(Updates.end(view)).isEmpty();

        put("status/current", REQUEST.replace("\"stop\":false", "\"stop\":true"));
        assertThat(Updates.end(view)).hasValue(Updates.End.STOPPED);
    }

    @Test
    void completionIsThatOfAllMembers() throws IOException {
        allAt(18);
        report(0, 18, 3, "");
        report(1, 18, 3, "");
        assertThat(Updates.end(view)).isEmpty();

        report(2, 18, 3, "");
        assertThat(Updates.end(view)).hasValue(Updates.End.COMPLETED);
        assertThat(view.lastStep()).isEqualTo(18);

        delete("status/current");
        assertThat(view.isCompleted()).isFalse();
        assertThat(view).hasToString("no request");
    }
}
