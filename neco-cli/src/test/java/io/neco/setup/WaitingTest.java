package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WaitingTest {
    private final AtomicLong now = new AtomicLong();
    private final Waiting waiting =
            new Waiting(() -> now.getAndAdd(Duration.ofSeconds(1).toNanos()), Duration.ofNanos(1));

    @Test
    void returnsWhatItWaitedForAsSoonAsItIsThere() throws IOException, InterruptedException {
        AtomicInteger looks = new AtomicInteger();

        String value = waiting.until("waiting for x", Duration.ofSeconds(30), "look there", () -> {
            return looks.incrementAndGet() < 3 ? Waiting.Look.notYet("boot server 1") : Waiting.Look.found("x");
        });

        assertThat(value).isEqualTo("x");
        assertThat(looks).hasValue(3);
    }

    @Test
    void givesUpAtTheDeadlineAndNamesWhatIsMissing() {
        assertThatThrownBy(() -> waiting.until(
                        "waiting for x",
                        Duration.ofSeconds(3),
                        "look there",
                        () -> Waiting.Look.notYet("boot server 1")))
                .isInstanceOf(IOException.class)
                .hasMessage("waiting for x: gave up after 3 s; missing: boot server 1; look there");
    }

    @Test
    void stopsWhenInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(
                        () -> waiting.until("waiting for x", Duration.ofSeconds(3), "", () -> Waiting.Look.notYet("")))
                .isInstanceOf(InterruptedException.class);
    }
}
