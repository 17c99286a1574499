package io.neco.statesetter;

import io.neco.sabakan.MachineState;
import io.neco.statesetter.serf.SerfMember;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides what state a machine should have; the table is in docs/sabakan-state-setter.md. Source:
 * pkg/sabakan-state-setter/healthcheck.go at 1eec387.
 */
final class Health {
    /** Units that failed on the machine, set there by its own monitoring; not set before it has started. */
    static final String FAILED_UNITS = "systemd-units-failed";

    private static final double OK = 0;
    private static final int MOST_SHOWN = 5;
    private static final Set<MachineState> CHECKED = EnumSet.of(
            MachineState.UNINITIALIZED, MachineState.HEALTHY, MachineState.UNHEALTHY, MachineState.UNREACHABLE);

    private Health() {}

    /** Whether health decides about machines in that state. */
    static boolean isChecked(MachineState state) {
        return CHECKED.contains(state);
    }

    /**
     * What can be told without the machine's metrics; empty when they are needed.
     *
     * @param member what serf knows of it; empty: nothing
     * @param type its kind; empty: not configured
     */
    static Optional<Judgement> withoutMetrics(Optional<SerfMember> member, Optional<MachineType> type) {
        if (member.isEmpty()) {
            return Optional.of(Judgement.of(Verdict.UNREACHABLE, "unreachable; serf status is nil"));
        }
        if (!member.get().isAlive()) {
            return Optional.of(Judgement.of(Verdict.UNREACHABLE, "unreachable; serf status != alive")
                    .with("status", member.get().status()));
        }
        Optional<String> failed = Optional.ofNullable(member.get().tags().get(FAILED_UNITS));
        if (failed.isPresent() && !failed.get().isEmpty()) {
            return Optional.of(Judgement.of(Verdict.UNHEALTHY, "unhealthy; some systemd units failed")
                    .with("failed", failed.get()));
        }
        if (type.isEmpty()) {
            return Optional.of(Judgement.of(Verdict.UNHEALTHY, "unhealthy; machine type is nil"));
        }
        return type.get().checks().isEmpty() ? Optional.of(allRight(member.get())) : Optional.empty();
    }

    /**
     * What its metrics tell of a machine of which the rest is all right.
     *
     * @param metrics by name; empty: they could not be fetched
     */
    static Judgement withMetrics(SerfMember member, MachineType type, Optional<Map<String, MetricFamily>> metrics) {
        if (metrics.isEmpty()) {
            return Judgement.of(Verdict.UNHEALTHY, "unhealthy; metrics could not be fetched");
        }
        for (MetricCheck check : type.checks()) {
            Optional<Judgement> failure =
                    failure(check, Optional.ofNullable(metrics.get().get(check.name())));
            if (failure.isPresent()) {
                return failure.get();
            }
        }
        return allRight(member);
    }

    /** A machine that has not told of its units yet is starting. */
    private static Judgement allRight(SerfMember member) {
        return member.tags().containsKey(FAILED_UNITS)
                ? Judgement.of(Verdict.HEALTHY, "healthy; nothing is wrong")
                : Judgement.of(Verdict.UNCHANGED, "unchanged; the machine is starting: it has no tag " + FAILED_UNITS);
    }

    private static Optional<Judgement> failure(MetricCheck check, Optional<MetricFamily> family) {
        if (family.isEmpty()) {
            return Optional.of(Judgement.of(Verdict.UNHEALTHY, "unhealthy; metric is not found")
                    .with("name", check.name()));
        }
        List<MetricFamily.Sample> selected = family.get().samples().stream()
                .filter(sample -> check.selector().matches(sample.labels()))
                .toList();
        if (selected.isEmpty()) {
            return Optional.of(Judgement.of(Verdict.UNHEALTHY, "unhealthy; no metric matches the selector")
                    .with("name", check.name())
                    .with("selector", shown(check.selector())));
        }
        List<MetricFamily.Sample> bad = selected.stream()
                .filter(sample -> !family.get().isGauge() || sample.value() != OK)
                .toList();
        int healthy = selected.size() - bad.size();
        if (check.minimum().isPresent() ? healthy >= check.minimum().getAsInt() : bad.isEmpty()) {
            return Optional.empty();
        }
        Judgement judgement = check.minimum().isPresent()
                ? Judgement.of(Verdict.UNHEALTHY, "unhealthy; minimum healthy count is not satisfied")
                        .with("minimum_healthy_count", check.minimum().getAsInt())
                : Judgement.of(Verdict.UNHEALTHY, "unhealthy; one or more metric is not healthy");
        judgement = judgement
                .with("name", check.name())
                .with("num_metrics", selected.size())
                .with("healthy_count", healthy)
                .with("values", shown(bad));
        return Optional.of(family.get().isGauge() ? judgement : judgement.with("type", "not a gauge"));
    }

    private static String shown(Selector selector) {
        return "labels " + new TreeMap<>(selector.labels()) + ", prefixes " + new TreeMap<>(selector.prefixes());
    }

    private static String shown(List<MetricFamily.Sample> samples) {
        List<String> words = samples.stream()
                .limit(MOST_SHOWN)
                .map(sample -> new TreeMap<>(sample.labels()) + " " + sample.value())
                .toList();
        return String.join(", ", words) + (samples.size() > MOST_SHOWN ? ", …" : "");
    }
}
