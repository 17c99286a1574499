package io.neco.worker;

import java.util.PriorityQueue;

/** What happens next in a simulation. Its time, in milliseconds, passes only from one happening to the next. */
final class Timeline {
    private record Happening(long time, long order, Runnable what) implements Comparable<Happening> {
        @Override
        public int compareTo(Happening other) {
            return time != other.time ? Long.compare(time, other.time) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Happening> queue = new PriorityQueue<>(256);
    private long now;
    private long count;

    /** The time, in milliseconds. */
    long now() {
        return now;
    }

    /** How much has been planned so far. */
    long count() {
        return count;
    }

    /** Plans something; what is planned first happens first at the same time. */
    void at(long delay, Runnable what) {
        queue.add(new Happening(now + delay, count++, what));
    }

    /** Lets the next thing happen. False when there is none until {@code end}. */
    boolean step(long end) {
        Happening next = queue.peek();
        if (next == null || next.time > end) {
            return false;
        }
        queue.remove();
        now = next.time;
        next.what.run();
        return true;
    }

    /** Whether nothing will ever happen again. */
    boolean isEmpty() {
        return queue.isEmpty();
    }
}
