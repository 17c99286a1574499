package io.neco.contents;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Does several things at a time; the first failure ends the others, and nothing goes on when it returns. */
public final class Parallel {
    private static final long END_SECONDS = 60;

    private Parallel() {}

    /** Something to do; ends soon when its thread is interrupted. */
    @FunctionalInterface
    public interface Task {
        /** Does it. */
        void run() throws IOException, InterruptedException;
    }

    /**
     * Does all tasks.
     *
     * @param name names the threads
     * @param most how many at a time, 1 or more
     * @throws IOException the failure of the task that failed first
     */
    public static void run(String name, int most, List<Task> tasks) throws IOException, InterruptedException {
        if (tasks.isEmpty()) {
            return;
        }
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(
                Math.min(most, tasks.size()), task -> new Thread(task, name + "-" + number.incrementAndGet()));
        try {
            CompletionService<Boolean> ended = new ExecutorCompletionService<>(threads);
            List<Object> all = new ArrayList<>();
            for (Task task : tasks) {
                all.add(ended.submit(() -> {
                    task.run();
                    return true;
                }));
            }
            for (int n = 0; n < all.size(); n++) {
                ended.take().get();
            }
        } catch (ExecutionException e) {
            throw failure(e);
        } finally {
            end(threads);
        }
    }

    private static IOException failure(ExecutionException e) {
        if (e.getCause() instanceof IOException failure) {
            return failure;
        }
        if (e.getCause() instanceof RuntimeException failure) {
            throw failure;
        }
        return new IOException("broken off: " + e.getCause(), e);
    }

    private static void end(ExecutorService threads) {
        threads.shutdownNow();
        boolean isInterrupted = Thread.interrupted();
        try {
            if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a task does not end within " + END_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            isInterrupted = true;
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
