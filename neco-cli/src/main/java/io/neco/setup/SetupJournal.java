package io.neco.setup;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What setup has done on this host, kept in a file so that a later run knows what state it finds. */
final class SetupJournal {
    /** The file; lines of {@code key=value}. */
    static final String FILE = "/var/lib/neco/setup.state";

    private static final String SERVERS = "servers";
    private static final String STARTED = "started";
    private static final String PHASE = "phase";
    private static final String COMPLETED = "completed";

    /** The same of a join. */
    static final String JOIN_FILE = "/var/lib/neco/join.state";

    private final HostFiles files;
    private final String file;
    private final String author;

    /** Setup's. */
    SetupJournal(HostFiles files) {
        this(files, FILE, "neco setup");
    }

    private SetupJournal(HostFiles files, String file, String author) {
        this.files = files;
        this.file = file;
        this.author = author;
    }

    /** Join's. */
    static SetupJournal ofJoin(HostFiles files) {
        return new SetupJournal(files, JOIN_FILE, "neco join");
    }

    /**
     * What the file says.
     *
     * @param servers logical rack numbers that were given
     * @param phase the phase that was begun last
     * @param completed when setup was completed; empty: it was not
     */
    record Entry(String servers, String phase, Optional<String> completed) {}

    /** The last setup on this host; empty: none. */
    Optional<Entry> read() throws IOException {
        Optional<String> text = files.readIfExists(file);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> values = new TreeMap<>();
        text.get().lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1).strip());
            }
        });
        return Optional.of(new Entry(
                values.getOrDefault(SERVERS, ""),
                values.getOrDefault(PHASE, "unknown"),
                Optional.ofNullable(values.get(COMPLETED))));
    }

    /** Notes that a phase begins. */
    void begin(BootCluster cluster, String phase, Instant started) throws IOException {
        files.write(file, text(cluster, started, phase), FileMode.WORLD_READABLE);
    }

    /** Notes that this host is set up. */
    void complete(BootCluster cluster, Instant started, Instant now) throws IOException {
        files.write(file, text(cluster, started, "done") + COMPLETED + "=" + now + "\n", FileMode.WORLD_READABLE);
    }

    private String text(BootCluster cluster, Instant started, String phase) {
        String servers =
                String.join(" ", cluster.lrns().stream().map(String::valueOf).toList());
        return "# written by " + author + "\n" + SERVERS + "=" + servers + "\n" + STARTED + "=" + started + "\n" + PHASE
                + "=" + phase + "\n";
    }
}
