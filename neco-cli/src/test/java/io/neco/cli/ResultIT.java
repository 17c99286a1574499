package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@code neco} ends when its result gets nowhere. */
class ResultIT {
    @TempDir
    private Path root;

    @ParameterizedTest
    @ValueSource(strings = {"image etcd", "image --help", "--help", "--version", "completion"})
    void aResultThatCannotBeWrittenIsAFailure(String call) throws Exception {
        try (NecoProcess neco = start("exec \"$@\" >/dev/full", call)) {
            assertThat(neco.exitStatus()).isEqualTo(1);
            assertThat(neco.said()).contains("the result could not be written to standard output, /dev/full");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"image etcd", "--help"})
    void aReaderThatHasEnoughIsNoReasonToComplain(String call) throws Exception {
        try (NecoProcess neco = start("exec 3> >(exec true); wait $!; exec \"$@\" >&3", call)) {
            assertThat(neco.exitStatus()).isEqualTo(141);
            assertThat(neco.said()).isEmpty();
        }
    }

    private NecoProcess start(String script, String call) {
        return NecoProcess.start(List.of("bash", "-c", script, "-"), root, call.split(" ", -1));
    }
}
