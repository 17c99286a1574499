package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.contents.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBoardTest {
    private final StringWriter out = new StringWriter();

    @Test
    void printsALineForEachPhaseAndEndWhereThereIsNoTerminal() {
        try (ProgressBoard board = new ProgressBoard(new PrintWriter(out), false)) {
            Progress.Item item = board.begin("image bird");
            item.doing("fetching", 0);
            item.doing("uploading", 12_345_678);
            item.reached(6_000_000);
            item.ended("uploaded");
        }

        assertThat(out.toString())
                .isEqualTo("image bird: fetching\nimage bird: uploading 12.3 MB\nimage bird: uploaded\n");
    }

    @Test
    void drawsABarForWhatIsUnderWayAndALineForWhatHasEnded() {
        ProgressBoard board = new ProgressBoard(new PrintWriter(out), true);
        Progress.Item bird = board.begin("image bird");
        Progress.Item coil = board.begin("image coil");
        bird.doing("uploading", 1000);
        bird.reached(500);
        coil.doing("fetching", 0);
        board.draw();
        coil.ended("is there already");
        bird.ended("uploaded");
        board.close();

        assertThat(out.toString())
                .contains("image bird: uploading [############------------] 50% of 1.0 kB\033[K\n"
                        + "image coil: fetching …\033[K\n\033[J")
                .endsWith("\033[2Aimage coil: is there already\033[K\nimage bird: uploaded\033[K\n\033[J");
    }

    @Test
    void drawsNothingWhenNothingWasBegun() {
        new ProgressBoard(new PrintWriter(out), true).close();

        assertThat(out.toString()).isEmpty();
    }

    @Test
    void showsSizesForPeople() {
        assertThat(ProgressBoard.size(999)).isEqualTo("999 B");
        assertThat(ProgressBoard.size(1_391_104)).isEqualTo("1.4 MB");
        assertThat(ProgressBoard.size(3_000_000_000L)).isEqualTo("3.0 GB");
    }
}
