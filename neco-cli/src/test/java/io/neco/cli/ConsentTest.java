package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsentTest {
    @TempDir
    private Path root;

    /** What has a time limit is read by a thread of its own. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesAPersonAllTheTimeAlsoWhenTheOutputGoesIntoAPipe(boolean isTyped) throws Exception {
        AtomicReference<Thread> reader = new AtomicReference<>();
        CommandLineRun neco = new CommandLineRun(root).asking(new Prompt() {
            @Override
            public boolean isPossible() {
                return false;
            }

            @Override
            public boolean isTyped() {
                return isTyped;
            }

            @Override
            public String line(String question) {
                reader.set(Thread.currentThread());
                return "y";
            }

            @Override
            public String secret(String question) {
                return "";
            }
        });

        assertThat(new Consent(neco.surroundings(), false).ask("Continue? [y/N]: ", Consent.NOTHING_DONE))
                .isTrue();

        assertThat(reader.get() == Thread.currentThread()).isEqualTo(isTyped);
    }
}
