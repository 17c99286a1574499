package io.neco.dctest.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.chaos.Cell;
import io.neco.dctest.chaos.CellResult;
import io.neco.dctest.chaos.CellRunner;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Some cells of the matrix of faults that {@code bin/lab chaos} runs (docs/reliability.md): each fault at least once, at the steps where it
 * hurts most. Nothing may be lost, and all updates come to their end by themselves, save that with a full disk.
 */
class ChaosSuite {
    private static CellRunner runner;

    @BeforeAll
    static void setUpThreeBootServersWithAllPrograms() throws IOException, InterruptedException {
        runner = CellRunner.onNewLab();
    }

    @AfterAll
    static void removeTheLab() {
        if (runner != null) {
            runner.close();
            runner.lab().downUnlessKept();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0/reboot",
                "1/registry",
                "2/updater",
                "2/etcd",
                "4/worker",
                "9/reboot",
                "12/pause",
                "13/worker",
                "14/cut",
                "14/disk",
                "17/etcd",
                "18/worker"
            })
    void theUpdateSurvives(String cell) throws IOException, InterruptedException {
        CellResult result = runner.run(Cell.of(cell));

        assertThat(result.isGood())
                .as(
                        "step %d, %s: %s",
                        result.cell().step(), result.cell().fault().description(), result.row())
                .isTrue();
    }
}
