package io.neco.fleet;

import io.neco.contents.Parallel;
import io.neco.log.Logging;
import io.neco.sabakan.Machine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Does the same to several machines at a time; the failure of one does not keep the others from it. */
public final class MachineWork {
    /** How many machines are worked on at a time unless the operator says otherwise. */
    public static final int DEFAULT_PARALLEL = 20;

    private MachineWork() {}

    /** What is done to a machine. */
    @FunctionalInterface
    public interface Work {
        /**
         * Does it.
         *
         * @throws IOException when it fails: the machine's result then says why
         */
        MachineResult on(Machine machine) throws IOException, InterruptedException;
    }

    /**
     * Works on all machines.
     *
     * @param most how many at a time, 1 or more
     * @param told given each result when it is there, by one thread at a time
     * @return the results in the machines' order
     */
    public static List<MachineResult> run(List<Machine> machines, int most, Work work, Consumer<MachineResult> told)
            throws IOException, InterruptedException {
        Map<Machine, MachineResult> results = new ConcurrentHashMap<>();
        List<Parallel.Task> tasks = new ArrayList<>();
        for (Machine machine : machines) {
            tasks.add(() -> {
                MachineResult result = attempt(machine, work);
                results.put(machine, result);
                synchronized (results) {
                    told.accept(result);
                }
            });
        }
        Parallel.run("machine", most, tasks);
        return machines.stream().map(results::get).toList();
    }

    private static MachineResult attempt(Machine machine, Work work) throws InterruptedException {
        try {
            return work.on(machine);
        } catch (IOException e) {
            return MachineResult.failed(machine, Logging.describe(e));
        }
    }
}
