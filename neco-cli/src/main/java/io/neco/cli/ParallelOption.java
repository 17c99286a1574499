package io.neco.cli;

import io.neco.fleet.MachineWork;
import picocli.CommandLine.Option;

/** How many machines are worked on at a time. */
final class ParallelOption {
    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "how many machines at a time (default " + MachineWork.DEFAULT_PARALLEL + ")")
    private int number = MachineWork.DEFAULT_PARALLEL;

    /**
     * The number.
     *
     * @throws UsageException when it is less than 1
     */
    int number() {
        if (number < 1) {
            throw new UsageException("--parallel " + number + " is not allowed; give 1 or more");
        }
        return number;
    }
}
