package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.Snapshot;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import io.neco.worker.WorkerEvent.Outcome;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Several workers over an etcd in the head. What happens next - an event is delivered, a step ends, a worker is killed between any two
 * effects - is drawn from a seed; a failing seed replays exactly.
 */
class ScheduleTest {
    private static final int SEEDS = 400;
    private static final int LAST_STEP = 5;
    private static final String VERSION = "1.0.0";

    @ParameterizedTest
    @CsvSource({"1, 0", "3, 0", "3, 4", "5, 0", "5, 6"})
    void everyUpdateEndsCompletedOnEveryServerAndEachEtcdIsRestarted(int servers, int kills) {
        for (int seed = 0; seed < SEEDS; seed++) {
            World world = new World(servers, seed, kills, false);

            world.run();

            assertThat(world.statuses.values())
                    .as("seed %d", seed)
                    .hasSize(servers)
                    .allMatch(s -> s.condition() == UpdateCondition.COMPLETED && s.step() == LAST_STEP);
            assertThat(world.workers).as("seed %d", seed).allMatch(w -> w.etcdRestarts >= 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 0", "3, 4", "5, 6"})
    void everyUpdateWithAFailingStepEndsAbortedWithAReason(int servers, int kills) {
        for (int seed = 0; seed < SEEDS; seed++) {
            World world = new World(servers, seed, kills, true);

            world.run();

            boolean isAborted =
                    world.statuses.values().stream().anyMatch(s -> s.condition() == UpdateCondition.ABORTED);
            if (!isAborted && kills > 0) {
                // the worker was killed before it could tell, and the step succeeded the second time
                assertThat(world.statuses.values()).allMatch(s -> s.condition() == UpdateCondition.COMPLETED);
                continue;
            }
            assertThat(world.statuses.values())
                    .as("seed %d", seed)
                    .anyMatch(s -> s.condition() == UpdateCondition.ABORTED
                            && s.message().equals("disk full"));
            assertThat(world.statuses.values())
                    .as("seed %d", seed)
                    .allMatch(s -> s.condition() == UpdateCondition.ABORTED
                            && !s.message().isEmpty());
        }
    }

    /** etcd, and what goes on around it. */
    private static final class World {
        final Map<Integer, UpdateStatus> statuses = new TreeMap<>();
        final List<Worker> workers = new ArrayList<>();
        final Map<Integer, Integer> furthest = new HashMap<>();
        final UpdateRequest request;
        final Random random;
        final int seed;
        final boolean isFailing;
        int killsLeft;
        boolean hasFailed;
        long revision = 1;

        World(int servers, int seed, int kills, boolean isFailing) {
            this.seed = seed;
            this.random = new Random(seed * 31L + servers);
            this.killsLeft = kills;
            this.isFailing = isFailing;
            List<Integer> lrns = new ArrayList<>();
            for (int lrn = 0; lrn < servers; lrn++) {
                lrns.add(lrn);
                workers.add(new Worker(this, lrn));
            }
            this.request =
                    new UpdateRequest(VERSION, lrns, false, OffsetDateTime.of(2022, 5, 25, 0, 0, 0, 0, ZoneOffset.UTC));
        }

        void run() {
            for (int turn = 0; turn < 20_000; turn++) {
                List<Runnable> possible = new ArrayList<>();
                workers.forEach(w -> possible.addAll(w.possible()));
                if (possible.isEmpty()) {
                    return;
                }
                possible.get(random.nextInt(possible.size())).run();
            }
            throw new AssertionError("seed " + seed + " does not come to an end");
        }

        boolean kills(Worker worker) {
            // steps are long, the time between two effects is short; here both are equally likely, which is harder
            if (killsLeft > 0 && worker.kills < JournalEntry.MAX_RESUMES && random.nextInt(30) == 0) {
                killsLeft--;
                worker.kills++;
                return true;
            }
            return false;
        }

        void put(int lrn, UpdateStatus status) {
            UpdateStatus before = statuses.put(lrn, status);
            assertThat(status)
                    .as("seed %d: a report must not be repeated, a Go worker takes it for an unexpected step", seed)
                    .isNotEqualTo(before);
            revision++;
            furthest.merge(lrn, status.step(), Math::max);
            for (Worker worker : workers) {
                worker.inbox.add(new WorkerEvent.StatusReported(revision, lrn, status));
            }
        }

        void begins(int lrn, int step) {
            for (int other : request.servers()) {
                assertThat(furthest.getOrDefault(other, 0))
                        .as("seed %d: %d begins step %d before %d has arrived at it", seed, lrn, step, other)
                        .isGreaterThanOrEqualTo(step);
            }
        }
    }

    private static final class Worker {
        final World world;
        final Self self;
        final Deque<WorkerEvent> inbox = new ArrayDeque<>();
        Optional<JournalEntry> journal = Optional.empty();
        /** Notes that are on their way to the disk; a kill may lose them. */
        final Deque<Optional<JournalEntry>> unsaved = new ArrayDeque<>();

        @Nullable
        WorkerState state;

        @Nullable
        WorkerEvent work;

        boolean isDead = true;
        int etcdRestarts;
        int kills;

        Worker(World world, int lrn) {
            this.world = world;
            this.self = new Self(lrn, VERSION, LAST_STEP);
        }

        List<Runnable> possible() {
            List<Runnable> possible = new ArrayList<>();
            if (isDead) {
                possible.add(this::start);
                return possible;
            }
            if (!inbox.isEmpty()) {
                possible.add(() -> feed(inbox.remove()));
            }
            if (work != null) {
                possible.add(this::finishWork);
            }
            if (!unsaved.isEmpty()) {
                possible.add(() -> journal = unsaved.remove());
            }
            return possible;
        }

        private void start() {
            isDead = false;
            inbox.clear();
            apply(WorkerState.start(self, journal));
        }

        private void finishWork() {
            WorkerEvent event = java.util.Objects.requireNonNull(work);
            work = null;
            if (event instanceof WorkerEvent.EtcdRestartEnded) {
                etcdRestarts++;
            }
            feed(event);
        }

        private void feed(WorkerEvent event) {
            if (!isDead && state != null) {
                apply(state.on(event));
            }
        }

        private void apply(Transition transition) {
            state = transition.state();
            for (Effect effect : transition.effects()) {
                if (world.kills(this)) {
                    die();
                }
                if (isDead) {
                    return;
                }
                carryOut(effect);
            }
            if (world.kills(this)) {
                die();
            }
        }

        private void carryOut(Effect effect) {
            if (effect instanceof Effect.TakeView) {
                feed(new WorkerEvent.ViewTaken(
                        new Snapshot(world.revision, Optional.of(world.request), world.statuses, "", List.of())));
            } else if (effect instanceof Effect.Report report) {
                world.put(self.lrn(), report.status());
            } else if (effect instanceof Effect.Note note) {
                boolean isFirst = note.entry().step() == 1 && note.entry().resumes() == 0;
                unsaved.add(Optional.of(note.entry()));
                if (isFirst || note.entry().resumes() > 0) {
                    flush(); // the first one of a process is saved before anything is reported
                }
            } else if (effect instanceof Effect.Forget) {
                unsaved.add(Optional.empty());
            } else if (effect instanceof Effect.RunStep run) {
                world.begins(self.lrn(), run.step());
                boolean fails = world.isFailing && !world.hasFailed && run.step() == 3;
                if (fails) {
                    world.hasFailed = true;
                }
                work = new WorkerEvent.StepEnded(
                        run.step(), fails ? new Outcome.Failed("disk full") : new Outcome.Succeeded());
            } else if (effect instanceof Effect.RestartEtcd) {
                work = new WorkerEvent.EtcdRestartEnded();
            }
        }

        private void flush() {
            while (!unsaved.isEmpty()) {
                journal = unsaved.remove();
            }
        }

        private void die() {
            isDead = true;
            // each note may have reached the disk or not, but never a later one without the earlier
            int saved = world.random.nextInt(unsaved.size() + 1);
            for (int i = 0; i < saved; i++) {
                journal = unsaved.remove();
            }
            unsaved.clear();
            work = null;
            inbox.clear();
        }
    }
}
