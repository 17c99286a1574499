package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final StringWriter out = new StringWriter();

    @Test
    void printsALineForEachChangeWhenThereIsNoTerminal() {
        Screen screen = new Screen(new PrintWriter(out), false);

        screen.show("a\nb\n", "first");
        screen.show("a\nb\nc\n", "first");
        screen.show("a\n", "second");

        assertThat(out.toString()).isEqualTo("first\nsecond\n");
    }

    @Test
    void drawsOverTheLastTextOnATerminal() {
        Screen screen = new Screen(new PrintWriter(out), true);

        screen.show("a\nb\n", "");
        screen.show("c\n", "");

        assertThat(out.toString()).isEqualTo("a\033[K\nb\033[K\n\033[J\033[2Ac\033[K\n\033[J");
    }

    @Test
    void tellsAFaultOnce() {
        Screen screen = new Screen(new PrintWriter(out), false);

        screen.note("etcd is away");
        screen.note("etcd is away");
        screen.note("");
        screen.note("etcd is away");

        assertThat(out.toString()).isEqualTo("etcd is away\netcd is away\n");
    }
}
