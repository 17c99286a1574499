package io.neco.worker;

import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.store.ElectionName;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.NecoStore;
import io.neco.store.StoreEvent;
import io.neco.store.StoreWatch;
import io.neco.store.WatchTopic;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What a barrier costs: three workers, whose steps do nothing, over three members of a real etcd on this machine. A fourth watcher notes when
 * it sees each report; a barrier costs the time from the last arrival to the first, and to the last, report of the next step. To compare
 * with: the time from the beginning of a single write until that watcher sees it, of which every barrier has at least one.
 */
public final class BarrierBench {
    private static final String VERSION = "1.0.0";
    private static final int STEPS = 200;

    private BarrierBench() {}

    /** Who takes part: three workers, from before the request until they have completed. */
    private interface Workers {
        AutoCloseable start(EtcdConfig config) throws IOException;
    }

    /**
     * Measures and prints, in turns with a peer if there is one.
     *
     * @param args the number of rounds, and what {@code bench/reference/barrier.go} was built as, if anything
     */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 1;
        Optional<String> peer = args.length > 1 ? Optional.of(args[1]) : Optional.empty();
        Path dir = Files.createTempDirectory("barrier");
        try (EtcdCluster cluster = EtcdCluster.three()) {
            cluster.start();
            for (int round = 0; round < rounds; round++) {
                print("one write until it is seen", writes(cluster.config()));
                Path hosts = dir.resolve("round-" + round);
                report("", run(cluster.config(), config -> threads(config, hosts)));
                if (peer.isPresent()) {
                    report("peer: ", run(cluster.config(), config -> process(peer.get(), config)));
                }
            }
        }
        System.exit(0);
    }

    private static List<Double> writes(EtcdConfig config) throws InterruptedException {
        List<Double> costs = new ArrayList<>();
        BlockingQueue<Long> sightings = new LinkedBlockingQueue<>();
        NecoStore store = EtcdStore.open(config);
        try (StoreWatch watch = store.watch(
                Set.of(WatchTopic.STATUS),
                store.snapshot().revision() + 1,
                event -> sightings.add(System.nanoTime()))) {
            for (int i = 0; i < STEPS; i++) {
                long begin = System.nanoTime();
                store.putStatus(9, UpdateStatus.running("0", i + 1));
                Long sighting = sightings.poll(10, TimeUnit.SECONDS);
                if (sighting == null) {
                    throw new IllegalStateException("a write was not seen within 10 s");
                }
                costs.add((sighting - begin) / 1e6);
            }
        } finally {
            store.close();
        }
        // the first tenth warms up
        return costs.subList(STEPS / 10, STEPS);
    }

    private static Map<Integer, List<Long>> run(EtcdConfig config, Workers workers) throws Exception {
        Map<Integer, List<Long>> seen = new ConcurrentHashMap<>();
        CountDownLatch completed = new CountDownLatch(3);
        NecoStore store = EtcdStore.open(config);
        try (Leadership updater =
                        store.campaign(ElectionName.UPDATER, "bench", Duration.ofSeconds(60), Duration.ofSeconds(10));
                StoreWatch watch =
                        store.watch(Set.of(WatchTopic.STATUS), store.snapshot().revision() + 1, event -> {
                            if (event instanceof StoreEvent.StatusReported e) {
                                seen.computeIfAbsent(e.status().step(), step -> new ArrayList<>())
                                        .add(System.nanoTime());
                                if (e.status().condition() == UpdateCondition.COMPLETED) {
                                    completed.countDown();
                                }
                            }
                        });
                AutoCloseable taking = workers.start(config)) {
            store.putRequest(
                    new UpdateRequest(
                            VERSION,
                            List.of(0, 1, 2),
                            false,
                            OffsetDateTime.of(2022, 5, 26, 0, 0, 0, 0, ZoneOffset.UTC)),
                    updater.key());
            if (!completed.await(5, TimeUnit.MINUTES)) {
                throw new IllegalStateException("the workers did not complete; reports per step: " + seen.keySet());
            }
            return seen;
        } finally {
            store.close();
        }
    }

    private static AutoCloseable threads(EtcdConfig config, Path hosts) {
        List<Thread> workers = new ArrayList<>();
        for (int lrn = 0; lrn < 3; lrn++) {
            HostFiles files = new HostFiles(new HostRoot(hosts.resolve("host-" + lrn)));
            StoreLink link = new StoreLink() {
                @Override
                public NecoStore open() {
                    return EtcdStore.open(config);
                }

                @Override
                public boolean hasMoved() {
                    return false;
                }
            };
            Worker worker = new Worker(new Self(lrn, VERSION, STEPS), link, new Journal(files), new IdleDuties(STEPS));
            Thread thread = new Thread(worker::run, "worker-" + lrn);
            thread.start();
            workers.add(thread);
        }
        return () -> {
            workers.forEach(Thread::interrupt);
            for (Thread worker : workers) {
                worker.join();
            }
        };
    }

    private static AutoCloseable process(String program, EtcdConfig config) throws IOException {
        Process workers = new ProcessBuilder(
                        program,
                        String.join(",", config.endpoints()),
                        config.prefix(),
                        VERSION,
                        Integer.toString(STEPS))
                .inheritIO()
                .start();
        return workers::destroyForcibly;
    }

    private static void report(String who, Map<Integer, List<Long>> seen) {
        List<Double> first = new ArrayList<>();
        List<Double> last = new ArrayList<>();
        Map<Integer, List<Long>> ordered = new TreeMap<>(seen);
        // the first tenth warms up; the last step's reports are told twice, as running and as completed
        for (int step = STEPS / 10; step + 1 < STEPS; step++) {
            long arrived = at(ordered, step, 2);
            first.add((at(ordered, step + 1, 0) - arrived) / 1e6);
            last.add((at(ordered, step + 1, 2) - arrived) / 1e6);
        }
        print(who + "last arrival -> first next report", first);
        print(who + "last arrival -> last next report", last);
    }

    private static long at(Map<Integer, List<Long>> seen, int step, int nth) {
        List<Long> reports = seen.getOrDefault(step, List.of());
        if (reports.size() <= nth) {
            throw new IllegalStateException("not all workers reported step " + step + ": " + reports.size());
        }
        return reports.get(nth);
    }

    private static void print(String what, List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%-40s median %.2f ms, 90%% %.2f ms, most %.2f ms (%d)%n",
                what,
                sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() * 9 / 10),
                sorted.get(sorted.size() - 1),
                sorted.size());
    }

    private record IdleDuties(int lastStep) implements Duties {
        @Override
        public void start() {
            // nothing to start
        }

        @Override
        public void takeUp(NecoStore store, Settings settings, Cancellation cancellation) {
            // nothing to configure
        }

        @Override
        public Runnable runStep(
                NecoStore store, Settings now, UpdateRequest request, int step, Cancellation cancellation) {
            return () -> {}; // a barrier alone is measured
        }

        @Override
        public void install(Settings now, UpdateRequest request, Cancellation cancellation) {
            throw new IllegalStateException("nothing is to be installed");
        }

        @Override
        public void restartEtcd(NecoStore store, UpdateRequest request, Cancellation cancellation) {
            // nothing to restart
        }
    }
}
