package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private static final Instant NOW = Instant.parse("2022-05-25T00:00:00.5Z");

    private final StringWriter out = new StringWriter();

    private Screen screen(boolean isTerminal, int rows, int columns) {
        return new Screen(new PrintWriter(out), isTerminal, () -> new TerminalSize(rows, columns));
    }

    private List<String> seen(int rows, int columns) {
        return new FakeTerminal(rows, columns).write(out.toString()).everything();
    }

    @Test
    void printsALineForEachChangeWhenThereIsNoTerminal() {
        Screen screen = screen(false, 24, 80);

        screen.show("a\nb\n", "first", NOW, false);
        screen.show("a\nb\nc\n", "first", NOW, false);
        screen.show("a\n", "second", NOW, true);

        assertThat(out.toString()).isEqualTo("2022-05-25T00:00:00Z first\n2022-05-25T00:00:00Z second\n");
    }

    @Test
    void drawsOverTheLastTextOnATerminal() {
        Screen screen = screen(true, 24, 80);

        screen.show("a\nb\n", "", NOW, false);
        screen.show("c\n", "", NOW, false);

        assertThat(seen(24, 80)).containsExactly("c");
    }

    @Test
    void linesLongerThanTheTerminalIsWideLeaveNothingBehind() {
        Screen screen = screen(true, 24, 10);

        screen.show("0123456789\nfirst line that is long\n", "", NOW, false);
        screen.show("0123456789\nsecond line that is long\n", "", NOW, false);

        assertThat(seen(24, 10)).containsExactly("0123456789", "second li…");
    }

    @Test
    void charactersThatAreWiderThanOthersBeginNoLine() {
        Screen screen = screen(true, 24, 20);

        screen.show("a line of twenty cha\n", "", NOW, false);
        screen.show("another\n", "", NOW, false);

        // as if each of them took two columns
        assertThat(seen(24, 10)).containsExactly("another");
    }

    @Test
    void moreLinesThanTheTerminalIsHighLeaveNothingBehind() {
        Screen screen = screen(true, 5, 80);

        screen.show("1\n2\n3\n4\n5\n6\n", "", NOW, false);
        screen.show("a\nb\nc\nd\ne\nf\n", "", NOW, false);

        assertThat(seen(5, 80)).containsExactly("a", "b", "…", "f");
    }

    @Test
    void theLastTextIsShownInFull() {
        Screen screen = screen(true, 3, 10);

        screen.show("waiting for somebody\n", "", NOW, false);
        screen.show("completed: all of them\nb\nc\nd\n", "", NOW, true);

        assertThat(seen(3, 10)).containsExactly("completed:", " all of th", "em", "b", "c", "d");
    }

    @Test
    void whatIsShownCannotMoveTheCursor() {
        Screen screen = screen(true, 24, 80);

        screen.show("a\033[9Ab\rc\n", "", NOW, false);

        assertThat(seen(24, 80)).containsExactly("a [9Ab c");
    }

    @Test
    void tellsEachKindOfFaultOnceUntilItIsOver() {
        Screen screen = screen(false, 24, 80);

        screen.note("etcd", "etcd is away");
        screen.note("etcd", "etcd is away, too");
        screen.note("value", "a value is wrong");
        screen.clearNote();
        screen.note("etcd", "etcd is away again");

        assertThat(out.toString()).isEqualTo("etcd is away\na value is wrong\netcd is away again\n");
    }
}
