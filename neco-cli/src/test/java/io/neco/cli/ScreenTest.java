package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private static final Instant NOW = Instant.parse("2022-05-25T00:00:00.5Z");

    private final StringWriter out = new StringWriter();

    @Test
    void printsALineForEachChangeWhenThereIsNoTerminal() {
        Screen screen = new Screen(new PrintWriter(out), false);

        screen.show("a\nb\n", "first", NOW);
        screen.show("a\nb\nc\n", "first", NOW);
        screen.show("a\n", "second", NOW);

        assertThat(out.toString()).isEqualTo("2022-05-25T00:00:00Z first\n2022-05-25T00:00:00Z second\n");
    }

    @Test
    void drawsOverTheLastTextOnATerminal() {
        Screen screen = new Screen(new PrintWriter(out), true);

        screen.show("a\nb\n", "", NOW);
        screen.show("c\n", "", NOW);

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
