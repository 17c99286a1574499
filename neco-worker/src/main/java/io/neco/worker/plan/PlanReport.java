package io.neco.worker.plan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;

/**
 * A plan to be read.
 *
 * @param version version of the steps
 * @param lrn this server's logical rack number
 * @param servers servers that would take part
 * @param steps the steps
 */
public record PlanReport(String version, int lrn, List<Integer> servers, List<PlannedStep> steps) {

    /** Copies the lists. */
    public PlanReport {
        servers = List.copyOf(servers);
        steps = List.copyOf(steps);
    }

    /** For people: a headline for each step, a line for each change, and diffs. */
    public String text() {
        StringBuilder text = new StringBuilder("An update to ")
                .append(version)
                .append(" of the boot servers ")
                .append(servers)
                .append(" would do this on boot server ")
                .append(lrn)
                .append(":\n");
        for (PlannedStep step : steps) {
            text.append('\n').append(String.format("%2d %s: %s\n", step.number(), step.name(), step.description()));
            if (step.isRehearsed() && step.changes().isEmpty() && step.problem().isEmpty()) {
                text.append("   no change\n");
            }
            for (PlannedChange change : step.changes()) {
                text.append("   ")
                        .append(kind(change))
                        .append(' ')
                        .append(change.subject())
                        .append(": ")
                        .append(change.action())
                        .append('\n')
                        .append(change.diff().indent(6));
            }
            step.problem()
                    .ifPresent(problem ->
                            text.append("   would fail: ").append(problem).append('\n'));
        }
        return text.toString();
    }

    /** For programs. */
    public String json() {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(out).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("version", version);
            json.writeNumberField("lrn", lrn);
            json.writeArrayFieldStart("servers");
            for (int server : servers) {
                json.writeNumber(server);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("steps");
            for (PlannedStep step : steps) {
                write(json, step);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot be written to", e);
        }
        return out + "\n";
    }

    private static void write(JsonGenerator json, PlannedStep step) throws IOException {
        json.writeStartObject();
        json.writeNumberField("step", step.number());
        json.writeStringField("name", step.name());
        json.writeStringField("description", step.description());
        json.writeBooleanField("rehearsed", step.isRehearsed());
        json.writeArrayFieldStart("changes");
        for (PlannedChange change : step.changes()) {
            json.writeStartObject();
            json.writeStringField("kind", kind(change));
            json.writeStringField("subject", change.subject());
            json.writeStringField("action", change.action());
            if (!change.diff().isEmpty()) {
                json.writeStringField("diff", change.diff());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        if (step.problem().isPresent()) {
            json.writeStringField("problem", step.problem().get());
        }
        json.writeEndObject();
    }

    private static String kind(PlannedChange change) {
        return change.kind().name().toLowerCase(Locale.ROOT);
    }
}
