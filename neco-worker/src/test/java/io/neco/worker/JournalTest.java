package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    private static final JournalEntry ENTRY =
            new JournalEntry("1.0.0", "2022-05-25T01:02:03Z", 2, JournalEntry.Phase.STEP, 1);

    @TempDir
    Path dir;

    private HostFiles files;

    @BeforeEach
    void makeFiles() {
        files = new HostFiles(new HostRoot(dir));
    }

    @Test
    void isEmptyAtFirst() {
        try (Journal journal = new Journal(files)) {
            assertThat(journal.read()).isEmpty();
        }
    }

    @Test
    void readsWhatAnotherProcessWrote() throws Exception {
        try (Journal journal = new Journal(files)) {
            journal.note(new JournalEntry("1.0.0", "2022-05-25T01:02:03Z", 1, JournalEntry.Phase.STEP, 0));
            journal.note(ENTRY);
            journal.flush();
        }

        try (Journal journal = new Journal(files)) {
            assertThat(journal.read()).contains(ENTRY);
            journal.forget();
            journal.flush();
            assertThat(journal.read()).isEmpty();
        }
    }

    @Test
    void theLastOfSeveralEntriesIsOnDiskWhenTheWorkerEnds() {
        try (Journal journal = new Journal(files)) {
            for (int step = 2; step <= 5; step++) {
                journal.note(new JournalEntry("1.0.0", "2022-05-25T01:02:03Z", step, JournalEntry.Phase.STEP, 0));
            }
        }

        try (Journal journal = new Journal(files)) {
            assertThat(journal.read())
                    .contains(new JournalEntry("1.0.0", "2022-05-25T01:02:03Z", 5, JournalEntry.Phase.STEP, 0));
        }
    }

    @Test
    void anEntryThatWaitsIsNotWrittenAfterTheUpdateIsForgotten() {
        try (Journal journal = new Journal(files)) {
            journal.note(new JournalEntry("1.0.0", "2022-05-25T01:02:03Z", 2, JournalEntry.Phase.STEP, 0));
            journal.forget();
        }

        try (Journal journal = new Journal(files)) {
            assertThat(journal.read()).isEmpty();
        }
    }

    @Test
    void theEntryOfTheNextUpdateOutlivesTheDeletionOfTheLastOneOnASlowDisk() throws Exception {
        ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
        CountDownLatch stalled = new CountDownLatch(1);
        try (Journal journal = new Journal(files, writer)) {
            Future<Boolean> stall = writer.submit(() -> stalled.await(1, TimeUnit.MINUTES));
            journal.note(new JournalEntry("1.0.0", "2022-05-25T01:02:03Z", 18, JournalEntry.Phase.ETCD_RESTART, 0));
            journal.forget();
            JournalEntry first = new JournalEntry("2.0.0", "2022-05-26T01:02:03Z", 1, JournalEntry.Phase.STEP, 0);
            journal.note(first);
            stalled.countDown();
            journal.flush();

            assertThat(stall.get()).isTrue();
            assertThat(journal.read()).contains(first);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"version\":\"1\",\"started_at\":\"2022\",\"step\":1,\"phase\":\"DANCE\",\"resumes\":0}",
                "{\"version\":\"1\",\"started_at\":\"2022\",\"step\":{},\"phase\":\"STEP\",\"resumes\":0}"
            })
    void doesWithoutWhatItCannotUnderstand(String text) throws IOException {
        files.write(Journal.FILE, text, FileMode.WORLD_READABLE);

        try (Journal journal = new Journal(files)) {
            assertThat(journal.read()).isEmpty();
        }
    }

    @Test
    void anUnwritableDiskDoesNotStopTheWorker() throws Exception {
        files.write("/var/lib/neco", "a file where the directory should be", FileMode.WORLD_READABLE);

        try (Journal journal = new Journal(files)) {
            journal.note(ENTRY);
            journal.flush();
            assertThat(journal.read()).isEmpty();
        }
    }
}
