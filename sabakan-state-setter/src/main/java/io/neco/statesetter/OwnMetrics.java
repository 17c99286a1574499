package io.neco.statesetter;

import io.neco.sabakan.MachineState;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What this program tells Prometheus of itself; docs/sabakan-state-setter.md has the list. Thread-safe. */
final class OwnMetrics {
    private static final String PREFIX = "sabakan_state_setter_";

    /** How a run ended. */
    enum RunResult {
        /** It went through. */
        OK,
        /** sabakan did not answer, or knows no machines. */
        SABAKAN_FAILED,
        /** The serf agent did not answer. */
        SERF_FAILED,
        /** A mistake of this program. */
        ERROR
    }

    /** How something that was attempted ended. */
    enum Result {
        /** Done. */
        OK,
        /** sabakan knows no such transition of states. */
        REFUSED,
        /** There was nothing to do. */
        UNNEEDED,
        /** Not done; it will be tried again. */
        FAILED
    }

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Gauge leader = gauge("leader", "1 while this process leads, else 0");
    private final Counter runs = counter("runs_total", "looks at all machines, by result", "result");
    private final Gauge lastRun = gauge("last_run_timestamp_seconds", "when the last look ended, seconds since 1970");
    private final Gauge lastDuration = gauge("last_run_duration_seconds", "how long the last look took");
    private final Gauge machines = gauge("machines", "machines in sabakan, by state before the last look", "state");
    private final Gauge verdicts = gauge("verdicts", "machines by what the last look found out", "verdict");
    private final Gauge inGrace = gauge("grace_machines", "unhealthy machines within their grace period");
    private final Gauge scrapeFailures =
            gauge("scrape_failures", "machines whose metrics the last look could not fetch");
    private final Counter changes =
            counter("state_changes_total", "changes of state sent to sabakan", "state", "result");
    private final Counter retirements = counter("retirements_total", "attempts to make disks unreadable", "result");
    private final Counter shutdowns = counter("shutdowns_total", "attempts to switch retired machines off", "result");

    OwnMetrics() {
        leader.set(0);
        for (RunResult result : RunResult.values()) {
            runs.initLabelValues(word(result));
        }
        for (Result result : Result.values()) {
            retirements.initLabelValues(word(result));
            shutdowns.initLabelValues(word(result));
        }
    }

    private Gauge gauge(String name, String help, String... labels) {
        return Gauge.builder().name(PREFIX + name).help(help).labelNames(labels).register(registry);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames(labels)
                .register(registry);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    void leads(boolean isLeader) {
        leader.set(isLeader ? 1 : 0);
    }

    void run(RunResult result, Instant end, Duration took) {
        runs.labelValues(word(result)).inc();
        lastRun.set(end.toEpochMilli() / 1e3);
        lastDuration.set(took.toNanos() / 1e9);
    }

    void found(Collection<Finding> findings, int inGracePeriod, int failedScrapes) {
        count(
                machines,
                MachineState.values(),
                findings,
                finding -> finding.machine().state());
        count(
                verdicts,
                Verdict.values(),
                findings,
                finding -> finding.judgement().verdict());
        inGrace.set(inGracePeriod);
        scrapeFailures.set(failedScrapes);
    }

    private static <E extends Enum<E>> void count(
            Gauge gauge, E[] all, Collection<Finding> findings, Function<Finding, E> key) {
        var counts = findings.stream().collect(Collectors.groupingBy(key, Collectors.counting()));
        for (E value : all) {
            gauge.labelValues(word(value)).set(counts.getOrDefault(value, 0L));
        }
    }

    void change(MachineState state, Result result) {
        changes.labelValues(word(state), word(result)).inc();
    }

    void retirement(Result result) {
        retirements.labelValues(word(result)).inc();
    }

    void shutdown(Result result) {
        shutdowns.labelValues(word(result)).inc();
    }

    /** Writes all in Prometheus' text format. */
    void write(OutputStream out) throws IOException {
        PrometheusTextFormatWriter.create().write(out, registry.scrape());
    }

    /** The media type of what {@link #write} writes. */
    static String contentType() {
        return PrometheusTextFormatWriter.CONTENT_TYPE;
    }
}
