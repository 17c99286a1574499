package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.CommandResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalSizeTest {
    @TempDir
    private Path root;

    @Test
    void isAskedFromTheTerminalAndKeptForAWhile() {
        AtomicInteger asked = new AtomicInteger();
        CommandLineRun neco = new CommandLineRun(root).running(command -> {
            asked.incrementAndGet();
            assertThat(command.argv()).containsExactly("stty", "-F", "/dev/tty", "size");
            return new CommandResult(command, 0, "50 132\n", "");
        });
        var size = TerminalSize.of(neco.surroundings());

        assertThat(size.get()).isEqualTo(new TerminalSize(50, 132));
        assertThat(size.get()).isEqualTo(new TerminalSize(50, 132));
        assertThat(asked).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 0\n", "", "nonsense"})
    void isThatOfTheEnvironmentOrTheUsualOneWhenTheTerminalDoesNotKnow(String answer) {
        CommandLineRun neco = new CommandLineRun(root).running(command -> new CommandResult(command, 0, answer, ""));

        assertThat(TerminalSize.of(neco.surroundings()).get()).isEqualTo(new TerminalSize(24, 80));
        neco.with("LINES", "30").with("COLUMNS", "100");
        assertThat(TerminalSize.of(neco.surroundings()).get()).isEqualTo(new TerminalSize(30, 100));
    }

    @Test
    void isTheUsualOneWithoutATerminal() {
        CommandLineRun neco = new CommandLineRun(root).running(command -> {
            throw new IOException("no stty here");
        });

        assertThat(TerminalSize.of(neco.surroundings()).get()).isEqualTo(new TerminalSize(24, 80));
    }
}
