package io.neco.tools.machines;

import io.neco.tools.JsonText;
import io.neco.tools.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code generate-sabakan-machines}; see docs/generate-sabakan-machines.md. Source: pkg/generate-sabakan-machines at 1eec387. */
@Command(
        name = "generate-sabakan-machines",
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = "Writes the machines of a table to standard output, as `sabactl machines create -f` takes them.",
        footer = {
            "",
            "Columns, after a head line: datacenter, logical rack, physical rack (not used), serial, product, role (boot, cs, ss), support"
                    + " date (2022/4/01).",
            "Status: 0 done; 1 failed."
        })
public final class GenerateSabakanMachines implements Callable<Integer> {
    private static final int FAILED = 1;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "CSV", description = "the table, comma-separated values in UTF-8")
    private Path table = Path.of("");

    @Option(
            names = {"-b", "--machine-type-boot"},
            required = true,
            paramLabel = "TYPE",
            description = "machine type of boot servers, e.g. r6525-boot-1")
    private String boot = "";

    @Option(
            names = {"-c", "--machine-type-cs"},
            required = true,
            paramLabel = "TYPE",
            description = "machine type of compute servers")
    private String cs = "";

    @Option(
            names = {"-s", "--machine-type-ss"},
            required = true,
            paramLabel = "TYPE",
            description = "machine type of storage servers")
    private String ss = "";

    @Option(
            names = "--bmc-type",
            paramLabel = "TYPE",
            defaultValue = "iDRAC",
            description = "type of the BMCs (default: ${DEFAULT-VALUE})")
    private String bmc = "";

    /** Entry point. */
    public static void main(String[] arguments) {
        new Tool(new GenerateSabakanMachines(), FAILED).runAndExit(arguments);
    }

    @Override
    public Integer call() throws IOException {
        String text;
        try {
            text = Files.readString(table);
        } catch (NoSuchFileException e) {
            throw new IOException("the table " + table + " does not exist", e);
        } catch (IOException e) {
            throw new IOException("the table " + table + " cannot be read: " + e, e);
        }
        Map<String, String> types = Map.of("boot", boot, "cs", cs, "ss", ss);
        String json = JsonText.indented(new MachineTable(table.toString(), types, bmc).machines(text));
        Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut().print(json);
        return 0;
    }
}
