package io.neco.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel counts of a process that lives; source: proc(5). */
final class ProcessCost {
    private static final double TICKS_PER_SECOND = 100;
    private static final int UTIME = 11;

    private ProcessCost() {}

    /** Processor time so far, in seconds; 0 when the process is gone. */
    static double cpuSeconds(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) / TICKS_PER_SECOND;
        } catch (IOException e) {
            return 0;
        }
    }

    /** The largest resident set so far, in KiB; 0 when the process is gone. */
    static long peakKib(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException e) {
            // gone
        }
        return 0;
    }
}
