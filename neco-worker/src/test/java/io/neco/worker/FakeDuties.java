package io.neco.worker;

import io.neco.store.NecoStore;
import io.neco.update.UpdateRequest;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.Settings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Steps that do what a test wants. */
final class FakeDuties implements Duties {
    final List<Integer> steps = new CopyOnWriteArrayList<>();
    final List<String> restarts = new CopyOnWriteArrayList<>();
    volatile Settings settings =
            new Settings("none", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    volatile String installed = "";
    final AtomicInteger installs = new AtomicInteger();
    final AtomicInteger takeUps = new AtomicInteger();
    /** Whether taking up the settings lasts until it is cancelled, once. */
    volatile boolean waitsWhenTakingUp;

    final List<Integer> settledAfter = new CopyOnWriteArrayList<>();
    /** Whether what an update has left stopped cannot be started. */
    volatile boolean cannotSettle;

    volatile boolean isSettling;

    volatile int failing = -1;
    volatile int holding = -1;
    /** Thrown where {@link #failing} says; 99: by the restart of etcd, 98: when it starts. */
    volatile @Nullable Error error;

    volatile boolean isCancelled;
    volatile boolean isStarted;
    volatile boolean hasTold;
    volatile CountDownLatch held = new CountDownLatch(0);

    CountDownLatch hold(int step) {
        held = new CountDownLatch(1);
        holding = step;
        return held;
    }

    private void breakAt(int where) {
        Error broken = error;
        if (broken != null && failing == where) {
            throw broken;
        }
    }

    @Override
    public int lastStep() {
        return ThreeWorkers.LAST_STEP;
    }

    @Override
    public void start() {
        steps.clear();
        breakAt(98);
    }

    @Override
    public void started() {
        hasTold = true;
    }

    @Override
    public void takeUp(NecoStore store, Settings now, Cancellation cancellation) throws InterruptedException {
        settings = now;
        takeUps.incrementAndGet();
        isStarted = true;
        if (waitsWhenTakingUp) {
            CountDownLatch isToEnd = new CountDownLatch(1);
            cancellation.onRequest(isToEnd::countDown);
            isToEnd.await();
            waitsWhenTakingUp = false;
        }
    }

    @Override
    public Runnable runStep(NecoStore store, Settings now, UpdateRequest request, int step, Cancellation cancellation)
            throws IOException, InterruptedException {
        steps.add(step);
        cancellation.onRequest(() -> isCancelled = true);
        if (step == holding) {
            held.await();
        }
        breakAt(step);
        if (step == failing) {
            throw new IOException("disk full");
        }
        return () -> {};
    }

    @Override
    public void settle(Cancellation cancellation) throws InterruptedException {
        settledAfter.add(steps.size());
        if (cannotSettle) {
            CountDownLatch hasOtherWork = new CountDownLatch(1);
            cancellation.onRequest(hasOtherWork::countDown);
            isSettling = true;
            hasOtherWork.await();
            isSettling = false;
        }
    }

    @Override
    public void install(Settings now, UpdateRequest request, Cancellation cancellation)
            throws IOException, CancelledException {
        installs.incrementAndGet();
        breakAt(0);
        if (failing == 0) {
            throw new IOException("no such release: neco@release-" + request.version());
        }
        installed = request.version();
    }

    @Override
    public void restartEtcd(NecoStore store, UpdateRequest request, Cancellation cancellation)
            throws InterruptedException {
        restarts.add(request.version());
        breakAt(99);
        if (holding == 99) {
            held.await();
        }
    }
}
