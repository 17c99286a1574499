package io.neco.dctest.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.dctest.report.RecordedEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Follows an update as etcd tells of it, change by change. */
final class UpdateWatch implements AutoCloseable {
    /** How long nothing may be heard before etcd is asked: the watch may hang at a member that is cut off. */
    private static final long QUIET_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long SLICE_MILLIS = 500;

    private final EtcdReader etcd;
    private final Process process;
    private UpdateView view = new UpdateView();
    private long heardAt = System.nanoTime();
    private long changedAt = heardAt;
    private @Nullable String broken;

    /**
     * Begins to follow.
     *
     * @param revision the revision after which changes are of interest
     */
    UpdateWatch(EtcdReader etcd, long revision) {
        this.etcd = etcd;
        try {
            process = new ProcessBuilder(
                            etcd.command("watch", "--prefix", "/neco/", "--rev=" + (revision + 1), "-w", "json"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot watch etcd", e);
        }
        Thread reader = new Thread(this::read, "etcd-watch");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        ObjectMapper json = new ObjectMapper();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                var events = RecordedEvent.read(json, 0, line);
                synchronized (this) {
                    for (RecordedEvent event : events) {
                        view.accept(event);
                    }
                    heardAt = System.nanoTime();
                    changedAt = heardAt;
                    notifyAll();
                }
            }
        } catch (IOException | RuntimeException e) {
            synchronized (this) {
                broken = "the watch broke: " + e;
            }
        }
    }

    /** What is known now, in words. */
    synchronized String describe() {
        return broken == null ? view.toString() : view + " (" + broken + ")";
    }

    /** How long nothing has changed. */
    synchronized Duration quiet() {
        return Duration.ofNanos(System.nanoTime() - changedAt);
    }

    /**
     * Waits until a question about the update has an answer; where the watch is silent for long, etcd is asked.
     *
     * @param within how long
     * @return the answer; empty when there is none by then
     */
    <T> Optional<T> await(Duration within, Function<UpdateView, Optional<T>> question) throws InterruptedException {
        return await(within, question, this::refresh);
    }

    /** The same, without asking: answers within a moment of the change that matters. */
    <T> Optional<T> awaitChange(Duration within, Function<UpdateView, Optional<T>> question)
            throws InterruptedException {
        return await(within, question, () -> {});
    }

    private <T> Optional<T> await(Duration within, Function<UpdateView, Optional<T>> question, Runnable refresh)
            throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        while (true) {
            refresh.run();
            synchronized (this) {
                Optional<T> answer = question.apply(view);
                long left = (end - System.nanoTime()) / 1_000_000;
                if (answer.isPresent() || left <= 0) {
                    return answer;
                }
                wait(Math.min(left, SLICE_MILLIS));
            }
        }
    }

    private void refresh() {
        long before;
        synchronized (this) {
            before = heardAt;
        }
        if (System.nanoTime() - before < QUIET_NANOS) {
            return;
        }
        try {
            UpdateView now = etcd.view();
            synchronized (this) {
                // what the watch has told meanwhile may be newer than what was read
                if (heardAt == before) {
                    changedAt = now.toString().equals(view.toString()) ? changedAt : System.nanoTime();
                    view = now;
                }
            }
        } catch (IOException | AssertionError e) {
            // etcd does not answer: it is asked again later
        }
        synchronized (this) {
            heardAt = System.nanoTime();
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
