package io.neco.dctest.chaos;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is done to the cluster while a step is open. */
public enum Fault {
    /** {@code kill -9} of the worker of the server that is hit. */
    WORKER("`kill -9` of the worker", Duration.ZERO),
    /** {@code kill -9} of the leading updater. */
    UPDATER("`kill -9` of the leading updater", Duration.ZERO),
    /** The server's plug is pulled and put in again. */
    REBOOT("plug of the host out and in again", Duration.ZERO),
    /** {@code kill -9} of the member of etcd that leads. */
    ETCD("`kill -9` of etcd's leader", Duration.ZERO),
    /** Everything on the server stands still. */
    PAUSE("host frozen for 30 s", Duration.ofSeconds(30)),
    /** The server's network cable is pulled. */
    CUT("host cut off for 30 s", Duration.ofSeconds(30)),
    /** The registries refuse connections. */
    REGISTRY("registry down for 30 s", Duration.ofSeconds(30)),
    /** No byte more can be written where Neco writes on the server, until the update has ended. */
    DISK("disk of the host full until the update has ended", Duration.ZERO);

    private final String description;
    private final Duration duration;

    Fault(String description, Duration duration) {
        this.description = description;
        this.duration = duration;
    }

    /** Its name on the command line and in tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it is, in a few words. */
    public String description() {
        return description;
    }

    /** How long it lasts; zero when it is over at once, or ends otherwise. */
    Duration duration() {
        return duration;
    }

    /**
     * The fault with a label.
     *
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    static Fault of(String label) {
        return Arrays.stream(values())
                .filter(fault -> fault.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no fault '" + label + "': faults are " + String.join(", ", labels())));
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(Fault::label).toList();
    }
}
