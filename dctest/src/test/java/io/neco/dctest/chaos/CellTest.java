package io.neco.dctest.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CellTest {
    @Test
    void theWholeMatrixIsEveryFaultAtEveryStepAndAtTheInstallationBefore() {
        assertThat(Cell.matrix("", ""))
                .hasSize(19 * 8)
                .doesNotHaveDuplicates()
                .startsWith(new Cell(Cell.INSTALLATION, Fault.WORKER));
    }

    @Test
    void stepsAreNumbersAndRangesInTheOrderGiven() {
        assertThat(Cell.matrix("9,1-3,2", "cut,worker"))
                .map(Cell::toString)
                .containsExactly("9/cut", "9/worker", "1/cut", "1/worker", "2/cut", "2/worker", "3/cut", "3/worker");
    }

    @Test
    void aNameNamesItsCell() {
        assertThat(Cell.of("14/disk")).isEqualTo(new Cell(14, Fault.DISK));
    }

    @Test
    void whatDoesNotExistIsNamedWithWhatDoes() {
        assertThatThrownBy(() -> Cell.matrix("17-19", ""))
                .hasMessage("there is no step 19: steps are 1 to 18, and 0 is the installation before them");
        assertThatThrownBy(() -> Cell.matrix("five", "")).hasMessageContaining("'five' is no step");
        assertThatThrownBy(() -> Cell.matrix("4-2", "")).hasMessage("'4-2' is no range of steps");
        assertThatThrownBy(() -> Cell.matrix("", "fire"))
                .hasMessageContaining("there is no fault 'fire'")
                .hasMessageContaining("worker, updater, reboot, etcd, pause, cut, registry, disk");
        assertThatThrownBy(() -> Cell.of("14")).hasMessageContaining("STEP/FAULT");
    }
}
