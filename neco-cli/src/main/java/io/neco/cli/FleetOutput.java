package io.neco.cli;

import io.neco.fleet.MachineResult;
import io.neco.fleet.MachineResult.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Tells what became of machines: a line for each when it is there, or one JSON document at the end. */
final class FleetOutput {
    private final Surroundings surroundings;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            completionCandidates = OptionValues.ResultForms.class,
            description = "text (default) or json")
    private String format = "text";

    @Option(
            names = {"-y", "--yes"},
            description = "do not ask; for scripts")
    private boolean isYes;

    FleetOutput(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Whether a document is wanted. */
    boolean isJson() {
        return format.equals("json");
    }

    /**
     * Checks the format.
     *
     * @param asks whether the command asks before it does something
     * @throws UsageException when it is unknown, or questions would get into the document
     */
    void check(boolean asks) {
        if (!isJson() && !format.equals("text")) {
            throw new UsageException("--output " + format + " is unknown; choose text or json");
        }
        if (isJson() && asks && !isYes) {
            throw new UsageException("--output json needs --yes, as questions are no JSON");
        }
    }

    Consent consent() {
        return new Consent(surroundings, isYes);
    }

    /** Prints a line of text. */
    void text(String line) {
        if (!isJson()) {
            surroundings.out().println(line);
            surroundings.out().flush();
        }
    }

    /** Prints the line of a machine. */
    void told(MachineResult result) {
        text(result.line());
    }

    /** Prints the document. */
    void document(Map<String, Object> document) {
        if (isJson()) {
            StringBuilder out = new StringBuilder();
            PlainJson.write(out, document, 0);
            surroundings.out().println(out);
        }
    }

    /** Results as members of a document; they are listed in docs/fleet.md. */
    static Map<String, Object> document(List<MachineResult> results) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("total", results.size());
        document.put("succeeded", count(results, Outcome.OK));
        document.put("skipped", count(results, Outcome.SKIPPED));
        document.put("failed", count(results, Outcome.FAILED));
        List<Object> machines = new ArrayList<>();
        for (MachineResult result : results) {
            Map<String, Object> machine = new LinkedHashMap<>();
            machine.put("serial", result.machine().serial());
            machine.put("ipv4", MachineResult.address(result.machine()));
            machine.put("bmc", result.machine().bmcIpv4());
            machine.put("result", result.outcome().word());
            machine.put("message", result.message());
            machines.add(machine);
        }
        document.put("machines", machines);
        return document;
    }

    private static int count(List<MachineResult> results, Outcome outcome) {
        return (int)
                results.stream().filter(result -> result.outcome() == outcome).count();
    }

    /**
     * Success, or how many failed.
     *
     * @param failure the beginning of the message, e.g. {@code failed to reboot on some nodes}
     * @throws IOException when any failed; the message names them
     */
    static void orThrow(String failure, List<MachineResult> results) throws IOException {
        Optional<String> message = failure(failure, results);
        if (message.isPresent()) {
            throw new IOException(message.get());
        }
    }

    /** The message that names those that failed; empty: none did. */
    static Optional<String> failure(String failure, List<MachineResult> results) {
        List<MachineResult> failed =
                results.stream().filter(MachineResult::isFailed).toList();
        if (failed.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(failure + ": "
                + failed.stream().map(result -> result.machine().serial()).collect(Collectors.joining(","))
                + " (" + failed.size() + " of " + results.size() + " machines failed)");
    }
}
