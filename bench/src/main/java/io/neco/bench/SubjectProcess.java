package io.neco.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A {@link Subject} in a process of its own. */
final class SubjectProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    /**
     * Starts one.
     *
     * @param options of its JVM
     * @param directory for what it needs
     */
    SubjectProcess(List<String> options, Path directory, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Subject.class.getName()));
        command.add(Files.createDirectories(directory.resolve("nothing")).toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(directory.resolve("subject.log").toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Has a command done. */
    Measured measure(String command) throws IOException {
        double before = ProcessCost.cpuSeconds(process.pid());
        long begin = System.nanoTime();
        OutputStream in = process.getOutputStream();
        in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        String answer = answers.readLine();
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (!"ok".equals(answer)) {
            throw new IOException("the measured process failed: " + answer);
        }
        return new Measured(
                seconds, ProcessCost.cpuSeconds(process.pid()) - before, ProcessCost.peakKib(process.pid()));
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
