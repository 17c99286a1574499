package io.neco.setup;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work that goes on while something else is waited for; whoever waits looks now and then whether it has failed. */
final class Background implements AutoCloseable {
    private final FutureTask<Boolean> task;
    private final Thread thread;

    private Background(FutureTask<Boolean> task, Thread thread) {
        this.task = task;
        this.thread = thread;
    }

    /** What is to be done. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** Starts it on a thread of its own. */
    static Background start(String name, Work work) {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            work.run();
            return true;
        });
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return new Background(task, thread);
    }

    /** Fails as the work has, if it has. */
    void check() throws IOException, InterruptedException {
        if (task.isDone()) {
            join();
        }
    }

    /** Waits for the end of the work and fails as it has. */
    void join() throws IOException, InterruptedException {
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            if (e.getCause() instanceof InterruptedException interrupt) {
                throw interrupt;
            }
            if (e.getCause() instanceof RuntimeException defect) {
                throw defect;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Ends it. */
    @Override
    public void close() {
        if (!task.isDone()) {
            thread.interrupt();
        }
    }
}
