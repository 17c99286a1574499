package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.neco.store.StoreEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TermEventsTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final TermEvents events = new TermEvents();

    @Test
    void theLossOfLeadershipOvertakesWhatHasHappened() {
        events.accept(new StoreEvent.ConfigChanged(1, "config/env"));
        events.end();

        assertThatExceptionOfType(TermEndedException.class).isThrownBy(() -> events.next(LONG));
    }

    @Test
    void anErrorOfAnotherThreadIsThrownAsItIs() {
        NoClassDefFoundError error = new NoClassDefFoundError("io/neco/Gone");
        events.fail(error);

        assertThatExceptionOfType(NoClassDefFoundError.class)
                .isThrownBy(() -> events.next(LONG))
                .isSameAs(error);
        assertThat(events.isEnded()).isTrue();
    }

    @Test
    void aMistakeOfAnotherThreadEndsAPauseToo() {
        ClassCastException mistake = new ClassCastException("wrong");
        events.fail(mistake);

        assertThatIllegalStateException().isThrownBy(() -> events.pause(LONG)).withCause(mistake);
    }
}
