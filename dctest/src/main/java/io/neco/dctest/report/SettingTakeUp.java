package io.neco.dctest.report;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** How long the last change of a setting took to be in force: on every worker, and in the leading updater. The other updaters do nothing. */
final class SettingTakeUp {
    private static final String PREFIX = "/neco/";
    /** On a busy machine the daemons may see a change before the recorder does. */
    private static final double RECORDER_LAG = 2;

    private SettingTakeUp() {}

    /**
     * Seconds from the last change until the last of them said so; empty when there was no change, or when one of them did not.
     *
     * @param workers lines of all workers; each host among them is expected to take the change up
     * @param updaters lines of all updaters
     */
    static OptionalDouble seconds(List<RecordedEvent> events, List<LogLine> workers, List<LogLine> updaters) {
        Optional<RecordedEvent> change = events.stream()
                .filter(e -> e.key().startsWith(PREFIX + "config/"))
                .max(Comparator.comparingDouble(RecordedEvent::time));
        if (change.isEmpty()) {
            return OptionalDouble.empty();
        }
        double begin = change.get().time();
        String key = change.get().key().substring(PREFIX.length());
        Map<String, Double> taken = new HashMap<>();
        Set<String> expected = new HashSet<>();
        for (LogLine line : workers) {
            expected.add(line.host());
            if (line.time() >= begin - RECORDER_LAG && line.message().equals("settings taken up")) {
                taken.putIfAbsent(line.host(), line.time());
            }
        }
        OptionalDouble updater = updaters.stream()
                .filter(l -> l.message().equals("detected config change")
                        && l.field("key").equals(key))
                .mapToDouble(LogLine::time)
                .filter(time -> time >= begin - RECORDER_LAG)
                .min();
        if (updater.isEmpty() || !taken.keySet().equals(expected)) {
            return OptionalDouble.empty();
        }
        double last =
                taken.values().stream().mapToDouble(Double::doubleValue).max().orElse(begin);
        return OptionalDouble.of(Math.max(0, Math.max(last, updater.getAsDouble()) - begin));
    }
}
