package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PreparationTest {
    private final Semaphore runs = new Semaphore(0);

    @Test
    void preparesWhenTheWorkerHasBeenAtRest() throws Exception {
        new Preparation(runs::release, Duration.ofMillis(1)).atRest();

        assertThat(runs.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void preparesOnceWhenTheWorkerComesToRestTwice() throws Exception {
        Preparation preparation = new Preparation(runs::release, Duration.ofMillis(200));
        preparation.atRest();
        preparation.atRest();

        assertThat(runs.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        awaitALaterPreparation();
        assertThat(runs.availablePermits()).isZero();
    }

    @Test
    void doesNotPrepareOnceThereIsWork() throws Exception {
        Preparation preparation = new Preparation(runs::release, Duration.ofMillis(200));
        preparation.atRest();
        preparation.atWork();

        awaitALaterPreparation();
        assertThat(runs.availablePermits()).isZero();
    }

    @Test
    void failsWithoutHarm() throws Exception {
        Preparation preparation = new Preparation(
                () -> {
                    runs.release();
                    throw new IllegalStateException("no library");
                },
                Duration.ofMillis(1));
        preparation.atRest();
        assertThat(runs.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        preparation.atRest();

        assertThat(runs.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    }

    /** One that is due after all of this test. */
    private static void awaitALaterPreparation() throws InterruptedException {
        CountDownLatch later = new CountDownLatch(1);
        new Preparation(later::countDown, Duration.ofMillis(400)).atRest();
        assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
