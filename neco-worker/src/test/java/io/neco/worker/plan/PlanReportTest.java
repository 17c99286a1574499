package io.neco.worker.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.worker.plan.PlannedChange.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanReportTest {
    private static final PlanReport REPORT = new PlanReport(
            "2022.05.26-2",
            1,
            List.of(0, 1, 2),
            List.of(
                    new PlannedStep(
                            1,
                            "UpdateSerf",
                            "writes files",
                            true,
                            List.of(
                                    new PlannedChange(
                                            Kind.FILE, "/etc/x", "create, rw-r--r--", "--- /dev/null\n+++ /etc/x\n"),
                                    new PlannedChange(Kind.SERVICE, "serf.service", "restart")),
                            Optional.empty()),
                    new PlannedStep(2, "FinalStep", "nothing", true, List.of(), Optional.empty()),
                    new PlannedStep(3, "Contents", "uploads", false, List.of(), Optional.empty()),
                    new PlannedStep(4, "Broken", "breaks", true, List.of(), Optional.of("no disk"))));

    @Test
    void isReadableForPeople() {
        assertThat(REPORT.text()).isEqualTo("""
                An update to 2022.05.26-2 of the boot servers [0, 1, 2] would do this on boot server 1:

                 1 UpdateSerf: writes files
                   file /etc/x: create, rw-r--r--
                      --- /dev/null
                      +++ /etc/x
                   service serf.service: restart

                 2 FinalStep: nothing
                   no change

                 3 Contents: uploads

                 4 Broken: breaks
                   would fail: no disk
                """);
    }

    @Test
    void isReadableForPrograms() throws Exception {
        JsonNode json = new ObjectMapper().readTree(REPORT.json());

        assertThat(json.at("/version").textValue()).isEqualTo("2022.05.26-2");
        assertThat(json.at("/lrn").intValue()).isEqualTo(1);
        assertThat(json.at("/steps/0/changes/0/kind").textValue()).isEqualTo("file");
        assertThat(json.at("/steps/0/changes/0/diff").textValue()).isEqualTo("--- /dev/null\n+++ /etc/x\n");
        assertThat(json.at("/steps/0/changes/1").has("diff")).isFalse();
        assertThat(json.at("/steps/2/rehearsed").booleanValue()).isFalse();
        assertThat(json.at("/steps/3/problem").textValue()).isEqualTo("no disk");
    }
}
