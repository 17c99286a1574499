package io.neco.tools.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.neco.tools.Tool;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineTableTest {
    private static final String HEAD = "DC,Rack,Physical,Serial,Product,Role,Support\n";

    private final MachineTable table =
            new MachineTable("t.csv", Map.of("boot", "b-1", "cs", "c-1", "ss", "s-1"), "iDRAC");

    @TempDir
    Path dir;

    @Test
    void writesTheJsonThatSabactlTakes() throws Exception {
        Path csv = Files.writeString(
                dir.resolve("m.csv"),
                HEAD
                        + "tokyo1,10,7A,abc123,\"R6525, 2U\",boot,2022/4/01\r\n\r\ntokyo1,3,7B,def456,R7525,ss,2022/12/31\n");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int status = new Tool(new GenerateSabakanMachines(), 1)
                .run(new PrintWriter(out), new PrintWriter(err), csv.toString(), "-b", "b-1", "-c", "c-1", "-s=s-1");

        assertThat(status).as(err.toString()).isZero();
        assertThat(out.toString()).isEqualTo("""
                [
                  {
                    "bmc": {
                      "type": "iDRAC"
                    },
                    "labels": {
                      "datacenter": "tokyo1",
                      "machine-type": "b-1",
                      "product": "R6525, 2U"
                    },
                    "rack": 10,
                    "retire-date": "2027-03-31T00:00:00Z",
                    "role": "boot",
                    "serial": "abc123"
                  },
                  {
                    "bmc": {
                      "type": "iDRAC"
                    },
                    "labels": {
                      "datacenter": "tokyo1",
                      "machine-type": "s-1",
                      "product": "R7525"
                    },
                    "rack": 3,
                    "retire-date": "2027-12-30T00:00:00Z",
                    "role": "ss",
                    "serial": "def456"
                  }
                ]
                """);
    }

    @Test
    void aTableWithoutMachinesIsAnEmptyList() {
        assertThat(table.machines("")).isEmpty();
        assertThat(table.machines(HEAD)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "d,1,p,s,x,gpu,2022/4/01 | line 2: column role must be boot, cs or ss, but is \"gpu\"",
                "d,,p,s,x,cs,2022/4/01 | line 2: column logical rack is empty",
                "d,1a,p,s,x,cs,2022/4/01 | line 2: column logical rack must be a decimal number, but is \"1a\"",
                "d,1,p,s,x,cs,2022/4/1 | line 2: column support date must be a date such as 2022/4/01, but is \"2022/4/1\"",
                "d,1,p,s,x,cs,2022/2/30 | line 2: column support date must be a date such as 2022/4/01, but is \"2022/2/30\"",
                "d,1,p,s,x,cs | line 2: has 6 columns, but needs 7",
                "d,1,p,\"s,x,cs,2022/4/01 | line 2: a quote is not closed",
                "d,1,p,\"s\"t,x,cs,2022/4/01 | line 2: text follows a field in quotes"
            })
    void tellsLineColumnAndValueOfWhatIsWrong(String row, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.machines(HEAD + row + "\n"))
                .withMessageStartingWith("t.csv: " + message);
    }

    @Test
    void refusesAMachineThatIsListedTwice() {
        String row = "d,1,p,same,x,cs,2022/4/01\n";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.machines(HEAD + row + row))
                .withMessage("t.csv: line 3: column serial is also in line 2: \"same\"");
    }

    @ParameterizedTest
    @CsvSource({
        "-b b -c c -s s, Missing required parameter",
        "/nowhere.csv -b b -c c, --machine-type-ss",
        "/nowhere.csv -b b -c c -s s, the table /nowhere.csv does not exist"
    })
    void refusesWrongCalls(String arguments, String message) {
        StringWriter err = new StringWriter();

        int status = new Tool(new GenerateSabakanMachines(), 1)
                .run(new PrintWriter(new StringWriter()), new PrintWriter(err), arguments.split(" "));

        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).startsWith("generate-sabakan-machines: ").contains(message);
        assertThat(err.toString().lines()).hasSize(1);
    }
}
