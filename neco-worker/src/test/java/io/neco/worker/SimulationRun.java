package io.neco.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs many schedules on all processors, or shows one; see docs/reliability.md.
 *
 * <p>{@code SimulationRun SEED COUNT [MUTATION]} runs schedules, {@code SimulationRun SEED [MUTATION]} prints what happens in one.
 */
final class SimulationRun {
    private static final int SHOWN = 5;

    private final long first;
    private final long count;
    private final Mutation mutation;
    private final boolean isStoppedByFailure;

    private final AtomicLong next;
    private final AtomicLong schedules = new AtomicLong();
    private final AtomicLong happenings = new AtomicLong();
    private final AtomicLong recoveries = new AtomicLong();
    private final Map<Long, String> failures = new ConcurrentSkipListMap<>();

    /**
     * A run.
     *
     * @param first the first seed
     * @param count how many seeds
     * @param isStoppedByFailure whether one failure is enough
     */
    SimulationRun(long first, long count, Mutation mutation, boolean isStoppedByFailure) {
        this.first = first;
        this.count = count;
        this.mutation = mutation;
        this.isStoppedByFailure = isStoppedByFailure;
        this.next = new AtomicLong(first);
    }

    /**
     * What came out.
     *
     * @param happenings how much happened in all schedules
     * @param recoveries how often {@code neco recover} was run in all schedules
     * @param failures what is wrong, by seed
     */
    record Summary(long schedules, double seconds, long happenings, long recoveries, Map<Long, String> failures) {
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(String.format(
                    Locale.ROOT,
                    "%d schedules in %.1f s (%.0f per second), %d happenings in each, `neco recover` run %d times, %d failures",
                    schedules,
                    seconds,
                    schedules / Math.max(seconds, 0.001),
                    happenings / Math.max(1, schedules),
                    recoveries,
                    failures.size()));
            Map<String, List<Long>> kinds = new TreeMap<>();
            failures.forEach((seed, message) -> kinds.computeIfAbsent(kind(message), any -> new ArrayList<>())
                    .add(seed));
            kinds.forEach((kind, seeds) -> text.append(String.format(
                    Locale.ROOT,
                    "%n%5d x %s: seeds %s",
                    seeds.size(),
                    kind,
                    seeds.stream().limit(SHOWN).toList())));
            return text.toString();
        }

        private static String kind(String message) {
            String general = message.lines().findFirst().orElse("").replaceAll("\\d+", "#");
            return general.length() > 90 ? general.substring(0, 90) : general;
        }
    }

    /** Runs them. */
    Summary run() throws InterruptedException {
        long begin = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            Thread thread = new Thread(this::work, "simulation-" + i);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Summary(schedules.get(), seconds, happenings.get(), recoveries.get(), failures);
    }

    private void work() {
        while (true) {
            long seed = next.getAndIncrement();
            if (seed >= first + count || (isStoppedByFailure && !failures.isEmpty())) {
                return;
            }
            try {
                Simulation.Result result = Simulation.run(seed, mutation, false);
                happenings.addAndGet(result.happenings());
                recoveries.addAndGet(result.recoveries());
                result.violation().ifPresent(violation -> failed(seed, violation));
            } catch (RuntimeException e) {
                failed(seed, "unexpected: " + e);
            }
            schedules.incrementAndGet();
        }
    }

    /** Told at once, since a run of millions takes long and may be cut short. */
    private void failed(long seed, String message) {
        failures.put(seed, message);
        if (!isStoppedByFailure) {
            System.out.println("simulation: seed " + seed + ": " + message);
        }
    }

    /** What happens in a schedule, and how to see it again. */
    static String explain(long seed, Mutation mutation) {
        Simulation.Result result = Simulation.run(seed, mutation, true);
        List<String> lines = new ArrayList<>(result.trace());
        lines.add("seed " + seed + ": "
                + result.violation()
                        .map(violation ->
                                (result.hasReferences() ? "(with workers of the reference) " : "") + violation)
                        .orElse("all is well"));
        lines.add("to see this again: mvn -q test -pl neco-worker -am -Dtest=SimulationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dneco.sim.schedules=1 -Dneco.sim.seed=" + seed);
        return String.join(System.lineSeparator(), lines);
    }

    /** Runs schedules, or shows one. */
    public static void main(String[] args) throws InterruptedException {
        long seed = Long.parseLong(args[0]);
        boolean isMany = args.length > 1 && args[1].chars().allMatch(Character::isDigit);
        Mutation mutation = Optional.of(args)
                .filter(given -> given.length > (isMany ? 2 : 1))
                .map(given -> Mutation.valueOf(given[given.length - 1]))
                .orElse(Mutation.NONE);
        if (isMany) {
            System.out.println(new SimulationRun(seed, Long.parseLong(args[1]), mutation, false).run());
        } else {
            System.out.println(explain(seed, mutation));
        }
    }
}
