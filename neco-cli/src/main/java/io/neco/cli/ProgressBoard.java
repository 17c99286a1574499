package io.neco.cli;

import io.neco.contents.Progress;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Shows how several things get on at once: on a terminal a bar for each that is under way, below lines for those that have ended; elsewhere
 * a line for each beginning of a phase and each end.
 */
final class ProgressBoard implements Progress, AutoCloseable {
    private static final int BAR = 24;
    private static final long INTERVAL_MILLIS = 200;
    private static final int UNIT = 1000;

    private final PrintWriter out;
    private final boolean isTerminal;
    private final Set<Row> active = new LinkedHashSet<>();
    private final List<String> ended = new ArrayList<>();
    private final ScheduledExecutorService painter;
    private final TerminalArea area;

    /**
     * @param isTerminal whether {@code out} understands cursor movements
     * @param size how much the terminal shows
     */
    ProgressBoard(PrintWriter out, boolean isTerminal, Supplier<TerminalSize> size) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.area = new TerminalArea(out, size);
        this.painter = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
        if (isTerminal) {
            var unused =
                    painter.scheduleWithFixedDelay(this::draw, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public synchronized Item begin(String what) {
        Row row = new Row(what);
        active.add(row);
        return row;
    }

    /** Draws anew what has changed. */
    synchronized void draw() {
        if (!isTerminal || (active.isEmpty() && ended.isEmpty() && area.isEmpty())) {
            return;
        }
        area.draw(ended, active.stream().map(Row::bar).toList());
        ended.clear();
    }

    private synchronized void tell(String line) {
        if (!isTerminal) {
            out.println(line);
            out.flush();
        }
    }

    private synchronized void end(Row row, String line) {
        active.remove(row);
        if (isTerminal) {
            ended.add(line);
        } else {
            tell(line);
        }
    }

    @Override
    public void close() {
        painter.shutdownNow();
        draw();
    }

    /** A number of bytes for people, e.g. {@code 12.3 MB}. */
    static String size(long bytes) {
        if (bytes < UNIT) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = 0;
        while (value >= UNIT && unit < 4) {
            value /= UNIT;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %cB", value, " kMGT".charAt(unit));
    }

    /** One thing under way. */
    private final class Row implements Item {
        private final String what;
        private String phase = "";
        private long total;
        private volatile long reached;

        Row(String what) {
            this.what = what;
        }

        @Override
        public void doing(String nextPhase, long nextTotal) {
            synchronized (ProgressBoard.this) {
                phase = nextPhase;
                total = nextTotal;
                reached = 0;
            }
            tell(what + ": " + nextPhase + (nextTotal > 0 ? " " + size(nextTotal) : ""));
        }

        @Override
        public void reached(long bytes) {
            reached = bytes;
        }

        @Override
        public void ended(String outcome) {
            end(this, what + ": " + outcome);
        }

        String bar() {
            if (total <= 0) {
                return what + ": " + (phase.isEmpty() ? "begins" : phase + " …");
            }
            long done = Math.min(reached, total);
            int filled = (int) (BAR * done / total);
            return what + ": " + phase + " [" + "#".repeat(filled) + "-".repeat(BAR - filled) + "] "
                    + 100 * done / total + "% of " + size(total);
        }
    }
}
