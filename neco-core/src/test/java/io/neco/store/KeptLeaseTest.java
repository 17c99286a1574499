package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeptLeaseTest {
    private static final Duration MOST = Duration.ofSeconds(10);

    private static final class Lessor implements KeptLease.Lessor {
        @Override
        public long renew(long id, Deadline expiry) {
            throw new ArithmeticException("long overflow");
        }

        @Override
        public void revoke(long id, Deadline deadline) {
            throw new UnsupportedOperationException("nobody should revoke lease " + id);
        }
    }

    @Test
    void aLeaseThatNobodyRenewsAnyMoreBecauseOfAMistakeIsLost() throws Exception {
        KeptLease lease = KeptLease.keep(new Lessor(), 7, Duration.ofSeconds(1), System.nanoTime());

        lease.lost().get(30, TimeUnit.SECONDS);

        assertThat(lease.isConfirmed()).isFalse();
    }

    @Test
    void anAttemptGrowsToItsBoundAndStaysThereHoweverManyRoundsFollow() {
        Duration attempt = Duration.ofSeconds(1);
        for (int round = 0; round < 1000; round++) {
            attempt = EtcdConnection.doubled(attempt, MOST);
        }

        assertThat(attempt).isEqualTo(MOST);
        assertThat(EtcdConnection.doubled(Duration.ofSeconds(1), MOST)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void anAttemptThatIsLongAlreadyStaysAsItIs() {
        assertThat(EtcdConnection.doubled(Duration.ofSeconds(20), MOST)).isEqualTo(Duration.ofSeconds(20));
    }
}
