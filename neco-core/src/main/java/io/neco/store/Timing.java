package io.neco.store;

import java.time.Duration;

/**
 * How long the store waits for etcd.
 *
 * @param connect for the first answer when the store is opened
 * @param attempt for one member's answer to a read, before the next member is asked; doubled each round
 * @param read for a read altogether, and for finding a member fit for a write
 * @param write for the answer to a write, which is never repeated
 * @param probe for one member's report on its health
 * @param fresh how long a member's last answer vouches for it: when it is older, a read precedes a write
 * @param watchIdle how long a watch may be silent before its member is asked for a sign of life
 * @param watchAnswer how long that sign, or the confirmation of a new watch, may take
 * @param watchCheck how often a watch compares itself with a read
 */
record Timing(
        Duration connect,
        Duration attempt,
        Duration read,
        Duration write,
        Duration probe,
        Duration fresh,
        Duration watchIdle,
        Duration watchAnswer,
        Duration watchCheck) {

    private static final Duration READ = Duration.ofSeconds(10);

    /** Suits boot servers in one data centre whose etcd elects a leader within two seconds. */
    static Timing standard(Duration configuredTimeout) {
        // like a read: a boot server that loads images or copies contents is slow, and so is a program that has just
        // started on it
        Duration connect = configuredTimeout.compareTo(READ) < 0 ? READ : configuredTimeout;
        return new Timing(
                connect,
                Duration.ofSeconds(1),
                READ,
                Duration.ofSeconds(4),
                Duration.ofSeconds(2),
                Duration.ofMillis(500),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofSeconds(30));
    }
}
