package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LastResortTest {
    @Test
    void theDeathOfAThreadEndsTheWork() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Thread working = new Thread(() -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        working.start();
        LastResort last = new LastResort(working);
        assertThat(last.isNeeded()).isFalse();
        Thread dying = new Thread(() -> {
            throw new NoClassDefFoundError("io/neco/Missing");
        });
        dying.setUncaughtExceptionHandler(last);

        dying.start();

        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(last.isNeeded()).isTrue();
    }
}
