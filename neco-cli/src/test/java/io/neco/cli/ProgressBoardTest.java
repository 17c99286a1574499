package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.contents.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressBoardTest {
    private final StringWriter out = new StringWriter();

    @Test
    void printsALineForEachPhaseAndEndWhereThereIsNoTerminal() {
        try (ProgressBoard board = new ProgressBoard(new PrintWriter(out), false, ProgressBoardTest::size)) {
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
        ProgressBoard board = new ProgressBoard(new PrintWriter(out), true, ProgressBoardTest::size);
        Progress.Item bird = board.begin("image bird");
        Progress.Item coil = board.begin("image coil");
        bird.doing("uploading", 1000);
        bird.reached(500);
        coil.doing("fetching", 0);
        board.draw();
        assertThat(seen()).containsExactly("image bird: uploading [############----…", "image coil: fetching …");
        coil.ended("is there already");
        bird.ended("uploaded");
        board.close();

        assertThat(seen()).containsExactly("image coil: is there already", "image bird: uploaded");
    }

    @Test
    void moreThanTheTerminalShowsLeavesNothingBehind() {
        ProgressBoard board = new ProgressBoard(new PrintWriter(out), true, ProgressBoardTest::size);
        for (int i = 0; i < 6; i++) {
            board.begin("image " + i);
        }
        board.draw();
        board.draw();

        assertThat(seen()).containsExactly("image 0: begins", "…", "image 5: begins");
        board.close();
    }

    private static TerminalSize size() {
        return new TerminalSize(4, 40);
    }

    private List<String> seen() {
        return new FakeTerminal(4, 40).write(out.toString()).everything();
    }

    @Test
    void drawsNothingWhenNothingWasBegun() {
        new ProgressBoard(new PrintWriter(out), true, ProgressBoardTest::size).close();

        assertThat(out.toString()).isEmpty();
    }

    @Test
    void showsSizesForPeople() {
        assertThat(ProgressBoard.size(999)).isEqualTo("999 B");
        assertThat(ProgressBoard.size(1_391_104)).isEqualTo("1.4 MB");
        assertThat(ProgressBoard.size(3_000_000_000L)).isEqualTo("3.0 GB");
    }
}
