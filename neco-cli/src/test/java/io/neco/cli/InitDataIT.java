package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import io.neco.cke.Ckecli;
import io.neco.container.ImageFetcher;
import io.neco.container.OsImageFetcher;
import io.neco.container.RegistryCredential;
import io.neco.container.RegistryCredentials;
import io.neco.contents.ContentsAccess;
import io.neco.contents.ContentsTools;
import io.neco.host.CommandResult;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.http.HttpClients;
import io.neco.http.Retry;
import io.neco.http.WebClient;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.sabakan.SabakanClient;
import io.neco.sabakan.testing.TestSabakan;
import io.neco.store.ConfigKey;
import io.neco.store.ElectionName;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code init-data} with a real etcd and a server that answers as sabakan does and has all images; {@code ckecli} only takes notes. */
class InitDataIT {
    private static final String VERSION = "2022.05.25-1";

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    private Path root;

    private final TestSabakan sabakan = new TestSabakan();
    private final WebClient web = new HttpClients().local();
    private final List<String> given = Collections.synchronizedList(new ArrayList<>());
    private final List<String> access = new ArrayList<>();
    private HostFiles files;
    private ClusterHost host;
    private CommandLineRun neco;

    @BeforeEach
    void prepare() throws Exception {
        host = new ClusterHost(root, ETCD.config());
        files = new HostFiles(new HostRoot(root));
        write("/usr/lib/neco/version", VERSION + "\n");
        write("/etc/neco/cluster", "gcp0\n");
        write("/usr/share/neco/ignitions/roles/boot/site.yml", "version: '2.2'\n");
        write("/usr/share/neco/dhcp.json", "{\"gateway-offset\": 1, \"lease-minutes\": 60}\n");
        write("/usr/share/neco/cke-template-pre.yml", "nodes: []\n");
        for (String name : List.of("namespaces.yml", "cilium-pre.yaml", "coil.yaml", "unbound.yml", "squid.yml")) {
            write("/usr/share/neco/" + name, "file: " + name + "\n");
        }
        sabakan.bootServers.put(0, "10.69.0.3");
        sabakan.images.add(ArtifactSet.builtIn().osImage().version());
        ArtifactSet.SABAKAN_IMAGES.forEach(
                name -> sabakan.assets.put(ArtifactSet.builtIn().image(name).assetName(), ""));
        sabakan.assets.put("cybozu-unbound-1.15.0.1.img", "");
        try (EtcdStore store = host.store();
                Leadership lock =
                        store.campaign(ElectionName.UPDATER, "0", Duration.ofSeconds(10), Duration.ofSeconds(10))) {
            OffsetDateTime begin = OffsetDateTime.of(2022, 5, 25, 0, 0, 0, 0, ZoneOffset.UTC);
            store.putRequest(new UpdateRequest(VERSION, List.of(0), false, begin), lock.key());
            store.putConfig(ConfigKey.PROXY, "http://10.0.49.3:3128");
        }
        neco = host.neco().running(command -> {
            given.add(String.join(" ", command.argv()).replaceFirst("/[^ ]*\\.yml$", "FILE"));
            String out = command.argv().contains("images") ? "quay.io/cybozu/unbound:1.15.0.1\n" : "";
            return new CommandResult(command, 0, out, "");
        });
    }

    @AfterEach
    void close() {
        web.close();
        sabakan.close();
    }

    @Test
    void fillsSabakanAndCke() throws Exception {
        assertThat(run()).isZero();

        assertThat(sabakan.ignitions).containsOnlyKeys("boot/" + VERSION);
        assertThat(sabakan.dhcp).isEqualTo("{\"lease-minutes\":60,\"gateway-offset\":1}\n");
        assertThat(given)
                .contains("/usr/bin/ckecli sabakan set-template FILE")
                .filteredOn("/usr/bin/ckecli resource set -"::equals)
                .hasSize(5);
        assertThat(neco.out.toString().lines())
                .contains(
                        "image bird: is there already: cybozu-bird-2.0.9.1.img",
                        "image unbound: is there already: cybozu-unbound-1.15.0.1.img",
                        "ignition template boot: " + VERSION + " uploaded",
                        "DHCP settings: set",
                        "cluster template: given to CKE",
                        "Kubernetes resources: given to CKE");
        assertThat(access).containsExactly("Optional[http://10.0.49.3:3128] Optional.empty");
    }

    @Test
    void uploadsIgnitionTemplatesOnlyEvenIfBothFlagsAreGiven() throws Exception {
        assertThat(run("--ignitions-only", "--update-resources-only")).isZero();

        assertThat(sabakan.ignitions).hasSize(1);
        assertThat(given).containsExactly("/usr/bin/ckecli images");
        assertThat(sabakan.dhcp).isEmpty();
    }

    @Test
    void givesResourcesOnly() throws Exception {
        assertThat(run("--update-resources-only")).isZero();

        assertThat(given).contains("/usr/bin/ckecli resource set -").noneMatch(line -> line.contains("set-template"));
        assertThat(sabakan.requests()).isEmpty();
    }

    @Test
    void mayBeRepeated() throws Exception {
        run();

        assertThat(run()).isZero();

        assertThat(neco.out.toString()).contains("ignition template boot: " + VERSION + " is there already");
    }

    @Test
    void usesTheVersionOfItsPackageForTemplates() throws Exception {
        write("/usr/lib/neco/version", "2022.06.01-2\n");

        run("--ignitions-only");

        assertThat(sabakan.ignitions).containsOnlyKeys("boot/2022.06.01-2");
        assertThat(sabakan.ignitions.get("boot/2022.06.01-2")).contains("\"version\":\"" + VERSION + "\"}}");
    }

    @Test
    void takesCredentialsForPrivateImagesWhenBothAreSet() throws Exception {
        try (EtcdStore store = host.store()) {
            store.putConfig(ConfigKey.QUAY_USERNAME, "puller");
            store.putConfig(ConfigKey.QUAY_PASSWORD, "s3cret-for-tests");
        }

        run("--ignitions-only");

        assertThat(access).containsExactly("Optional[http://10.0.49.3:3128] Optional[RegistryCredential[puller]]");
    }

    @Test
    void saysWhatFailed() {
        sabakan.misbehave(request -> request.uri().endsWith("/config/dhcp")
                ? Optional.of(Reply.of(500, "{\"error\":\"etcd is down\"}"))
                : Optional.empty());

        assertThatThrownBy(this::run)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/usr/share/neco/dhcp.json")
                .hasMessageContaining("/api/v1/config/dhcp: Internal Server Error: etcd is down");
        assertThat(neco.out.toString()).contains("DHCP settings: failed");
    }

    @Test
    void isToldInTheHelp() {
        assertThat(neco.run("init-data", "--help")).isZero();

        assertThat(neco.out.toString()).contains("--ignitions-only", "--update-resources-only");
    }

    private int run(String... options) throws IOException, InterruptedException {
        InitDataCommand command = new InitDataCommand(neco.surroundings(), this::open);
        new CommandLine(command).parseArgs(options);
        return command.run();
    }

    private ContentsAccess open(Optional<String> proxy, Optional<RegistryCredential> quay) {
        access.add(proxy + " " + quay);
        Retry once = new Retry(1, Duration.ZERO, Duration.ZERO, rest -> {}, new Random(1));
        ContentsTools tools = new ContentsTools(
                files,
                ArtifactSet.builtIn(),
                ContainerImage::fullName,
                new Ckecli(neco.surroundings().commands()),
                new ImageFetcher(web, ContainerImage::fullName, RegistryCredentials.ofDockerClient(files)),
                new OsImageFetcher(web, once),
                new SabakanClient(web, sabakan.uri(), "root", Duration.ofSeconds(30)),
                once);
        return new ContentsAccess(tools, List.of());
    }

    private void write(String path, String text) throws IOException {
        files.write(path, text, FileMode.WORLD_READABLE);
    }
}
