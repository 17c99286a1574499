package io.neco.dctest.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogLineTest {

    @Test
    void readsTimeHostMessageAndFields() {
        LogLine line = LogLine.parse("2026-11-24T15:27:11.447739Z boot-0 neco-worker info: \"update finished\""
                        + " servers=\"[0 1 2]\" step=18 version=\"2022.05.25-1\"")
                .orElseThrow();

        assertThat(line.time()).isEqualTo(1795534031.447739);
        assertThat(line.host()).isEqualTo("boot-0");
        assertThat(line.message()).isEqualTo("update finished");
        assertThat(line.field("servers")).isEqualTo("[0 1 2]");
        assertThat(line.field("step")).isEqualTo("18");
        assertThat(line.field("version")).isEqualTo("2022.05.25-1");
        assertThat(line.field("nothing")).isEmpty();
    }

    @Test
    void leavesOutWhatIsNoLogLine() {
        assertThat(LogLine.parse("Started neco worker.")).isEmpty();
        assertThat(LogLine.parse("")).isEmpty();
    }
}
