package io.neco.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The other side: programs that run at the same time until all have ended. */
final class Tool {
    private static final int LOOK_MILLIS = 5;

    private final Path log;
    private final Map<String, String> environment;

    /** @param log gets what they say */
    Tool(Path log, Map<String, String> environment) {
        this.log = log;
        this.environment = environment;
    }

    Measured measure(List<List<String>> commands) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        List<Process> processes = new ArrayList<>();
        for (List<String> command : commands) {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            processes.add(builder.start());
        }
        double[] cpu = new double[processes.size()];
        long peak = 0;
        for (int i = 0; i < processes.size(); i++) {
            boolean isAlive;
            do {
                isAlive = !processes.get(i).waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                for (int j = i; j < processes.size(); j++) {
                    long pid = processes.get(j).pid();
                    cpu[j] = Math.max(cpu[j], ProcessCost.cpuSeconds(pid));
                    peak = Math.max(peak, ProcessCost.peakKib(pid));
                }
            } while (isAlive);
            if (processes.get(i).exitValue() != 0) {
                throw new IOException(commands.get(i) + " failed, see " + log);
            }
        }
        double total = 0;
        for (double each : cpu) {
            total += each;
        }
        return new Measured((System.nanoTime() - begin) / 1e9, total, peak);
    }
}
