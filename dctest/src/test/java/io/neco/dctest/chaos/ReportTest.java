package io.neco.dctest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.chaos.CellResult.End;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00.5Z");

    @TempDir
    private Path directory;

    private static CellResult result(String cell, End end, String remarks) {
        return new CellResult(Cell.of(cell), NOON, "boot-1 at 4", end, 21, remarks);
    }

    @Test
    void aLaterRunKnowsWhatEarlierOnesHaveFound() throws IOException {
        Path file = directory.resolve("chaos.md");
        CellResult good = result("4/worker", End.COMPLETED, "");
        CellResult full = result("4/disk", End.RECOVERED, "boot-1 at 4: a | b\nc");
        Report first = Report.empty(file);
        first.add(good);
        first.add(full);

        Report second = Report.resume(file);

        assertThat(second.results()).containsExactly(good, full);
        assertThat(second.has(Cell.of("4/worker"))).isTrue();
        assertThat(second.has(Cell.of("4/cut"))).isFalse();
    }

    @Test
    void theMatrixSaysWhatWasRunAndWhatWasNot() throws IOException {
        Report report = Report.empty(directory.resolve("chaos.md"));
        report.add(result("4/worker", End.COMPLETED, ""));
        report.add(result("4/cut", End.STUCK, "nobody moves"));
        report.add(result("4/disk", End.RETRIED, "no room"));

        assertThat(report.page()).contains("| 4 | 21 | · | · | · | · | **did not end** | · | *21* |");
    }

    @Test
    void anAbortIsGoodWithAFullDiskAndAReasonOnly() {
        assertThat(result("4/worker", End.COMPLETED, "").isGood()).isTrue();
        assertThat(result("4/disk", End.RECOVERED, "no room").isGood()).isTrue();
        assertThat(result("4/disk", End.RECOVERED, "").isGood()).isFalse();
        assertThat(result("4/registry", End.RECOVERED, "no registry").isGood()).isFalse();
        assertThat(result("4/worker", End.FAILED, "gone: etcd /chaos/canary").isGood())
                .isFalse();
    }
}
