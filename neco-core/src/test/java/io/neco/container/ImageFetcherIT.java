package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.artifact.ContainerImage;
import io.neco.contents.Parallel;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.http.HttpClients;
import io.neco.http.Retry;
import io.neco.http.WebClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's registry, with the archives loaded into the local Docker engine. */
class ImageFetcherIT {
    private static final String REPOSITORY = "cybozu/fetched";
    private static final int SIZE = 200_000;

    @TempDir
    static Path dir;

    private static LocalRegistry registry;

    private final List<String> loaded = new ArrayList<>();
    private final WebClient client = new HttpClients().local();
    private final Retry retry = new Retry(4, Duration.ofMillis(1), Duration.ofMillis(1), duration -> {}, new Random(1));
    private final ImageFetcher fetcher = new ImageFetcher(client, ContainerImage::fullName, login(), retry, 3);

    @BeforeAll
    static void startRegistry() throws Exception {
        registry = new LocalRegistry(dir.resolve("registry"));
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
    }

    @AfterEach
    void close() throws Exception {
        fetcher.close();
        client.close();
        for (String name : loaded) {
            docker("rmi", "-f", name);
        }
    }

    @Test
    void loadsWithTheRegistrysDigestAsItsId() throws Exception {
        TestImage image = TestImage.of(false, SIZE, 1, 2, 1);
        registry.push(REPOSITORY, "docker", image);

        FetchedImage fetched = fetcher.fetch(image("docker"), target("docker"));

        assertThat(fetched.imageId()).isEqualTo(image.id());
        assertThat(fetched.size()).isEqualTo(Files.size(target("docker")));
        assertThat(idAfterLoad("docker")).isEqualTo(image.id());
        assertNothingBeside("docker");
    }

    @Test
    void loadsAnImageOfOcisMediaTypesFromAnIndex() throws Exception {
        TestImage image = TestImage.of(true, SIZE, 3);
        registry.pushIndex(REPOSITORY, "oci", image, TestImage.of(true, 10, 4), TestImage.OCI_INDEX);

        fetcher.fetch(image("oci"), target("oci"));

        assertThat(idAfterLoad("oci")).isEqualTo(image.id());
    }

    @Test
    void loadsAnImageFromAListOfDocker() throws Exception {
        TestImage image = TestImage.of(false, SIZE, 5);
        registry.pushIndex(REPOSITORY, "list", image, TestImage.of(false, 10, 6), TestImage.DOCKER_LIST);

        fetcher.fetch(image("list"), target("list"));

        assertThat(idAfterLoad("list")).isEqualTo(image.id());
    }

    @Test
    void fetchesManyAtATimeAndSharedLayersOnce() throws Exception {
        List<Parallel.Task> tasks = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        Set<String> fetched = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 8; i++) {
            TestImage image = TestImage.of(true, SIZE, 100, 101, 110 + i);
            String tag = "many-" + i;
            registry.push(REPOSITORY, tag, image);
            ids.add(image.id());
            tasks.add(() -> fetched.add(fetcher.fetch(image(tag), target(tag)).imageId()));
        }
        int before = registry.blobsServed();

        Parallel.run("fetch", 8, tasks);

        assertThat(fetched).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(registry.blobsServed() - before)
                .as("8 configurations, 8 own layers, 2 shared ones")
                .isEqualTo(18);
        assertThat(idAfterLoad("many-7")).isEqualTo(ids.get(7));
        assertThat(idAfterLoad("many-0")).isEqualTo(ids.get(0));
    }

    @Test
    void namesImageAddressAndCureWhenThePasswordIsWrong() throws Exception {
        registry.push(REPOSITORY, "secret", TestImage.of(true, 10, 7));
        RegistryCredentials none = RegistryCredentials.ofDockerClient(new HostFiles(new HostRoot(dir.resolve("none"))));
        try (ImageFetcher anonymous = new ImageFetcher(client, ContainerImage::fullName, none, retry, 1)) {
            assertThatThrownBy(() -> anonymous.fetch(image("secret"), target("secret")))
                    .isInstanceOf(ContainerException.class)
                    .hasMessageContaining(
                            "cannot fetch image " + image("secret").fullName())
                    .hasMessageContaining("GET http://" + registry.name() + "/v2/" + REPOSITORY
                            + "/manifests/secret: status code 401")
                    .hasMessageContaining("wants user and password, and none are known")
                    .hasMessageContaining("`docker login " + registry.name() + "` as root");
        }
        assertThat(target("secret")).doesNotExist();
    }

    private static ContainerImage image(String tag) {
        return new ContainerImage("fetched", registry.name() + "/" + REPOSITORY, tag, false);
    }

    private static Path target(String tag) {
        return dir.resolve("archives").resolve(tag + ".img");
    }

    private static RegistryCredentials login() {
        HostFiles files = new HostFiles(new HostRoot(dir.resolve("host")));
        try {
            files.write(
                    RegistryCredentials.DOCKER_CONFIG_FILE,
                    "{\"auths\":{\"" + registry.name() + "\":{\"username\":\"" + LocalRegistry.USER
                            + "\",\"password\":\"" + LocalRegistry.PASSWORD + "\"}}}",
                    FileMode.PRIVATE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return RegistryCredentials.ofDockerClient(files);
    }

    private String idAfterLoad(String tag) throws Exception {
        String name = image(tag).fullName();
        loaded.add(name);
        docker("load", "-i", target(tag).toString());
        return docker("image", "inspect", "--format", "{{.Id}}", name).strip();
    }

    private static String docker(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.add(0, "docker");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
        return said;
    }

    private static void assertNothingBeside(String tag) throws IOException {
        try (Stream<Path> files = Files.list(target(tag).getParent())) {
            assertThat(files).noneMatch(file -> file.getFileName().toString().endsWith(".part"));
        }
    }
}
