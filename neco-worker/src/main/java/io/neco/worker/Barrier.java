package io.neco.worker;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * The servers that have not yet arrived at a step. It opens when none is left.
 *
 * <p>Source: worker/barrier.go at 1eec387.
 *
 * @param awaited logical rack numbers
 */
record Barrier(Set<Integer> awaited) {

    Barrier {
        awaited = Set.copyOf(awaited);
    }

    /** A barrier at which nobody has arrived. */
    static Barrier of(Collection<Integer> servers) {
        return new Barrier(Set.copyOf(servers));
    }

    /** This barrier after the arrival of {@code lrn}; unchanged when it was not awaited. */
    Barrier arrived(int lrn) {
        Set<Integer> left = new TreeSet<>(awaited);
        left.remove(lrn);
        return new Barrier(left);
    }

    /** Whether everybody has arrived. */
    boolean isOpen() {
        return awaited.isEmpty();
    }
}
