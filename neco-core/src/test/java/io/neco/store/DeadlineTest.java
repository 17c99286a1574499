package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    @Test
    void aWaitWithoutLimitIsNeverOverAndShortensNoOther() {
        Deadline deadline = Deadline.in(NecoStore.NO_LIMIT);

        assertThat(deadline.isOver()).isFalse();
        assertThat(deadline.atMost(Duration.ofSeconds(10))).isEqualTo(Duration.ofSeconds(10));
    }
}
