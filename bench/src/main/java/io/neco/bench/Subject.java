package io.neco.bench;

import io.neco.artifact.ContainerImage;
import io.neco.container.ImageFetcher;
import io.neco.container.RegistryCredentials;
import io.neco.contents.Parallel;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.sabakan.SabakanClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The measured side: does what it is told on its standard input, line by line, and answers {@code ok} or why not. */
final class Subject {
    /** As many as the worker fetches at a time. */
    private static final int PARALLEL = 4;

    private final WebClient client;
    private final RegistryCredentials credentials;

    private Subject(WebClient client, Path nothing) {
        this.client = client;
        this.credentials = RegistryCredentials.ofDockerClient(new HostFiles(new HostRoot(nothing)));
    }

    /**
     * Starts.
     *
     * @param arguments an empty directory
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (WebClient client = new HttpClients().local()) {
            Subject subject = new Subject(client, Path.of(arguments[0]));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(subject.obey(line));
            }
        }
    }

    private String obey(String line) throws InterruptedException {
        List<String> words = Arrays.asList(line.split(" "));
        try {
            switch (words.get(0)) {
                case "fetch" -> fetch(words.subList(2, words.size()), Path.of(words.get(1)));
                case "upload" -> upload(URI.create(words.get(1)), Path.of(words.get(2)));
                default -> {
                    return "no such command: " + line;
                }
            }
            return "ok";
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).replace('\n', ' ');
        }
    }

    /** Fetches images by name into a directory, as the worker does: with one fetcher. */
    private void fetch(List<String> names, Path directory) throws IOException, InterruptedException {
        try (ImageFetcher fetcher = new ImageFetcher(client, ContainerImage::fullName, credentials)) {
            List<Parallel.Task> tasks = new ArrayList<>();
            for (String name : names) {
                Path target = directory.resolve(name.replaceAll("[^a-z0-9]+", "-") + ".img");
                tasks.add(() -> fetcher.fetch(image(name), target));
            }
            Parallel.run("fetch", PARALLEL, tasks);
        }
    }

    private static ContainerImage image(String name) {
        int colon = name.lastIndexOf(':');
        return new ContainerImage("image", name.substring(0, colon), name.substring(colon + 1), false);
    }

    private void upload(URI base, Path file) throws IOException, InterruptedException {
        new SabakanClient(client, base, "bench", Duration.ofMinutes(1)).uploadAsset("bench.img", file, sent -> {});
    }
}
