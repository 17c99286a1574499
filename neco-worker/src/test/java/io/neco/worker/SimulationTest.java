package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole clusters under faults drawn from seeds; docs/reliability.md says what is simulated, what is checked, and how to run more.
 *
 * <p>{@code -Dneco.sim.schedules} says how many schedules are tried, {@code -Dneco.sim.seed} with which seed it begins.
 */
class SimulationTest {
    private static final long SCHEDULES = 100_000;
    private static final long SCHEDULES_PER_MUTATION = 20_000;

    @Test
    void everyScheduleKeepsTheInvariants() throws InterruptedException {
        long first = Long.getLong("neco.sim.seed", 1);
        long count = Long.getLong("neco.sim.schedules", SCHEDULES);

        SimulationRun.Summary summary = new SimulationRun(first, count, Mutation.NONE, false).run();

        System.out.println("simulation: " + summary);
        assertThat(summary.failures()).as(() -> explanation(summary.failures())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aMistakeInTheProtocolIsNoticed(Mutation mutation) throws InterruptedException {
        SimulationRun.Summary summary = new SimulationRun(1, SCHEDULES_PER_MUTATION, mutation, true).run();

        System.out.println("simulation with " + mutation + ": noticed after " + summary.schedules() + " schedules");
        assertThat(summary.failures()).isNotEmpty();
    }

    @Test
    void theSameSeedGivesTheSameSchedule() {
        for (long seed : List.of(7L, 77L, 777L)) {
            assertThat(SimulationRun.explain(seed, Mutation.NONE))
                    .isEqualTo(SimulationRun.explain(seed, Mutation.NONE));
        }
    }

    private static String explanation(Map<Long, String> failures) {
        return failures.keySet().stream()
                .findFirst()
                .map(seed -> SimulationRun.explain(seed, Mutation.NONE))
                .orElse("");
    }
}
