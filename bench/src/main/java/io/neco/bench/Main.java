package io.neco.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What bin/bench starts: {@code SCENARIO DIRECTORY ROUNDS SIZES JVM-OPTION...}, with sizes in MB and commas between them. */
final class Main {
    private Main() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, RunnerException {
        Path directory = Files.createDirectories(Path.of(arguments[1]).toAbsolutePath());
        int rounds = Integer.parseInt(arguments[2]);
        List<Integer> sizes =
                Stream.of(arguments[3].split(",")).map(Integer::valueOf).toList();
        List<String> options = new ArrayList<>(Arrays.asList(arguments).subList(4, arguments.length));
        PrintStream out = System.out;
        switch (arguments[0]) {
            case "fetch" -> {
                Table table = new Table(out, "skopeo");
                new FetchScenario(directory, options, rounds, sizes).run(table);
                table.end();
            }
            case "upload" -> {
                Table table = new Table(out, "curl");
                new UploadScenario(directory, options, rounds, sizes).run(table);
                table.end();
            }
            case "micro" ->
                new Runner(new OptionsBuilder()
                                .include(DigestBenchmark.class.getName())
                                .jvmArgs(options.toArray(new String[0]))
                                .build())
                        .run();
            default -> throw new IllegalArgumentException("no such scenario: " + arguments[0]);
        }
    }
}
