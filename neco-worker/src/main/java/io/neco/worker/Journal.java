package io.neco.worker;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal on disk. Entries are written on a thread of their own, so that a slow disk does not hold the barrier up; {@link #flush}
 * waits for them. Most wait for half a second, since etcd's members write the reports of the same barriers to these disks; of several in
 * that time the last is written.
 */
final class Journal implements AutoCloseable {
    /** Where the journal is. */
    static final String FILE = "/var/lib/neco/worker-journal.json";

    private static final Logger log = LoggerFactory.getLogger(Journal.class);
    private static final long CLOSE_SECONDS = 1;
    private static final long LULL_MILLIS = 500;

    private final HostFiles files;
    private final ObjectMapper json = new ObjectMapper();
    private final ScheduledExecutorService writer;
    /** What is to be on disk next, an entry or none; null when it is there already. */
    private final AtomicReference<@Nullable Optional<JournalEntry>> next = new AtomicReference<>();

    Journal(HostFiles files) {
        this(files, Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "journal")));
    }

    /** @param writer has one thread, and is ended by {@link #close} */
    Journal(HostFiles files, ScheduledExecutorService writer) {
        this.files = files;
        this.writer = writer;
    }

    /** What an earlier process left; empty when there is nothing, or nothing that can be understood. */
    Optional<JournalEntry> read() {
        Optional<String> text;
        try {
            text = files.readIfExists(FILE);
        } catch (IOException e) {
            log.atWarn().addKeyValue("file", FILE).addKeyValue("error", e).log("cannot read the journal");
            return Optional.empty();
        }
        if (text.isEmpty() || text.get().isBlank()) {
            return Optional.empty();
        }
        try {
            JsonNode tree = json.readTree(text.get());
            return Optional.of(new JournalEntry(
                    required(tree, "version").asText(),
                    required(tree, "started_at").asText(),
                    required(tree, "step").asInt(),
                    JournalEntry.Phase.valueOf(required(tree, "phase").asText()),
                    required(tree, "resumes").asInt()));
        } catch (JacksonException | IllegalArgumentException e) {
            log.atWarn()
                    .addKeyValue("file", FILE)
                    .addKeyValue("error", e.getMessage())
                    .log("the journal cannot be understood, going on without it");
            return Optional.empty();
        }
    }

    /** Writes an entry, soon. */
    void note(JournalEntry entry) {
        boolean isAwaited = next.getAndSet(Optional.of(entry)) != null;
        if (entry.isUrgent()) {
            writer.execute(this::save);
        } else if (!isAwaited) {
            Future<?> unused = writer.schedule(this::save, LULL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Deletes the entry, soon. */
    void forget() {
        next.set(Optional.empty());
        writer.execute(this::save);
    }

    private void save() {
        Optional<JournalEntry> entry = next.getAndSet(null);
        if (entry == null) {
            return; // an earlier turn has done it
        }
        if (entry.isPresent()) {
            write(entry.get());
        } else {
            delete();
        }
    }

    private void write(JournalEntry entry) {
        ObjectNode tree = json.createObjectNode();
        tree.put("version", entry.version());
        tree.put("started_at", entry.startedAt());
        tree.put("step", entry.step());
        tree.put("phase", entry.phase().name());
        tree.put("resumes", entry.resumes());
        try {
            files.write(FILE, tree + "\n", FileMode.WORLD_READABLE);
        } catch (IOException | RuntimeException e) {
            log.atError()
                    .addKeyValue("error", e.getMessage())
                    .log("cannot write the journal; if this worker is restarted now, the update is aborted");
        }
    }

    private void delete() {
        try {
            Files.deleteIfExists(files.path(FILE));
        } catch (IOException e) {
            log.atWarn().addKeyValue("error", e).log("cannot delete the journal");
        }
    }

    /** Waits until everything is on disk. */
    void flush() throws InterruptedException {
        try {
            writer.submit(this::save).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        try {
            writer.submit(this::save).get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.atWarn().addKeyValue("error", e).log("the journal is not on disk yet");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            writer.shutdownNow();
        }
    }

    private static JsonNode required(JsonNode tree, String member) {
        JsonNode node = tree.get(member);
        if (node == null || !node.isValueNode()) {
            throw new IllegalArgumentException("no " + member);
        }
        return node;
    }
}
