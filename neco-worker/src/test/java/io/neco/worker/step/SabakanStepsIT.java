package io.neco.worker.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.neco.artifact.ContainerImage;
import io.neco.cke.Ckecli;
import io.neco.container.ImageFetcher;
import io.neco.container.OsImageFetcher;
import io.neco.container.RegistryCredentials;
import io.neco.contents.ContentsAccess;
import io.neco.contents.ContentsTools;
import io.neco.contents.Netboot;
import io.neco.contents.NetbootContents;
import io.neco.contents.NetbootPreview;
import io.neco.contents.Progress;
import io.neco.host.FileMode;
import io.neco.http.HttpClients;
import io.neco.http.Retry;
import io.neco.http.WebClient;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import io.neco.sabakan.SabakanClient;
import io.neco.store.ContentsKey;
import io.neco.store.ElectionName;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.ContentsUpdateStatus;
import io.neco.update.UpdateRequest;
import io.neco.worker.plan.PlannedChange;
import io.neco.worker.plan.PlannedStep;
import io.neco.worker.plan.Rehearsal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Steps 13 to 15 on a scratch host, with a real etcd and a server that answers as sabakan does. */
class SabakanStepsIT {
    private static final String VERSION = "2022.05.25-1";
    private static final OffsetDateTime BEGIN = OffsetDateTime.of(2022, 5, 25, 0, 0, 0, 0, ZoneOffset.UTC);
    private static final UpdateRequest REQUEST = new UpdateRequest(VERSION, List.of(0, 1), false, BEGIN);
    private static final String META = "{\"name\":\"x\",\"id\":\"1\",\"exists\":true}";

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    Path dir;

    private final TestHttpServer sabakan = new TestHttpServer(SabakanStepsIT::filled);
    private final WebClient web = new HttpClients().local();
    private FakeHost fake;
    private EtcdStore store;

    @BeforeEach
    void prepare() throws Exception {
        fake = new FakeHost(dir, 1);
        fake.contents = new Sources();
        fake.answers.put("systemctl is-active", "active\n");
        fake.answers.put("/usr/bin/ckecli images", "quay.io/cybozu/unbound:1.15.0.1\n");
        write("/usr/share/neco/ignitions/roles/boot/site.yml", "version: '2.2'\n");
        write("/usr/share/neco/dhcp.json", "{\"gateway-offset\": 1, \"lease-minutes\": 60}\n");
        store = EtcdStore.open(ETCD.config());
        try (Leadership lock =
                store.campaign(ElectionName.UPDATER, "0", Duration.ofSeconds(10), Duration.ofSeconds(10))) {
            store.putRequest(REQUEST, lock.key());
        }
    }

    @AfterEach
    void close() {
        store.close();
        web.close();
        sabakan.close();
    }

    @Test
    void skipsEverythingWhereSabakanIsNotActive() throws Exception {
        fake.states.put("sabakan.service", "inactive");

        assertThat(run(new UpdateCKEContents())).isEmpty();
        assertThat(run(new UpdateSabakanContents())).isEmpty();
        assertThat(run(new UpdateDHCPJSON())).isEmpty();

        assertThat(sabakan.requests()).isEmpty();
        assertThat(store.contentsStatus(ContentsKey.SABAKAN)).isEmpty();
    }

    @Test
    void waitsForSabakanWhileSystemdStartsItAnew() throws Exception {
        fake.states.put("sabakan.service", "activating");
        FutureTask<List<String>> step = new FutureTask<>(() -> run(new UpdateDHCPJSON()));
        new Thread(step, "step").start();

        await("the step looks again")
                .atMost(Duration.ofSeconds(10))
                .until(() -> step.isDone()
                        || Collections.frequency(fake.commands, "systemctl is-active sabakan.service") > 2);
        assertThat(sabakan.requests()).isEmpty();
        fake.states.remove("sabakan.service");

        assertThat(step.get(10, TimeUnit.SECONDS)).containsExactly("DHCP settings", "contents/dhcp.json");
    }

    @Test
    void leavesAloneWhatSabakanHas() throws Exception {
        assertThat(run(new UpdateCKEContents())).containsExactly("contents/cke");

        assertThat(requests()).containsExactly("GET /api/v1/assets/cybozu-unbound-1.15.0.1.img/meta");
        assertThat(store.contentsStatus(ContentsKey.CKE)).contains(new ContentsUpdateStatus(VERSION, true));
    }

    @Test
    void uploadsTemplatesWithTheRequestsVersion() throws Exception {
        assertThat(run(new UpdateSabakanContents()))
                .containsExactly("ignition template boot " + VERSION, "contents/sabakan");

        assertThat(requests())
                .contains("GET /api/v1/images/coreos", "GET /api/v1/machines?rack=0&role=boot")
                .endsWith("GET /api/v1/ignitions/boot", "PUT /api/v1/ignitions/boot/" + VERSION);
        assertThat(sabakan.requests().get(sabakan.requests().size() - 1).body())
                .contains("\"boot_servers\":[\"10.69.0.3\",\"10.69.0.195\"]", "\"version\":\"" + VERSION + "\"");
        assertThat(run(new UpdateSabakanContents())).isEmpty();
    }

    @Test
    void setsHowAddressesAreGiven() throws Exception {
        assertThat(run(new UpdateDHCPJSON())).containsExactly("DHCP settings", "contents/dhcp.json");

        assertThat(requests()).containsExactly("PUT /api/v1/config/dhcp");
        assertThat(sabakan.requests().get(0).body()).isEqualTo("{\"lease-minutes\":60,\"gateway-offset\":1}\n");
    }

    @Test
    void recordsAFailureThatNamesTheAssetAndTheAddress() {
        sabakan.answer(request -> Reply.of(403, "{\"error\":\"no\"}"));

        assertThatThrownBy(() -> run(new UpdateCKEContents()))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("cybozu-unbound-1.15.0.1.img")
                .hasMessageContaining(sabakan.uri() + "/api/v1/assets/cybozu-unbound-1.15.0.1.img/meta: Forbidden: no");
        assertThat(requests()).hasSize(1);
        assertThat(store.contentsStatus(ContentsKey.CKE)).contains(new ContentsUpdateStatus(VERSION, false));
    }

    @Test
    void bearsAFailureThatPasses() throws Exception {
        fake.failingOnce.add("/usr/bin/ckecli images");

        assertThat(run(new UpdateCKEContents())).containsExactly("contents/cke");

        assertThat(store.contentsStatus(ContentsKey.CKE)).contains(new ContentsUpdateStatus(VERSION, true));
    }

    @Test
    void failsWhenCkecliDoes() {
        fake.failures.put("/usr/bin/ckecli images", "etcd is unreachable");
        assertThatThrownBy(() -> run(new UpdateCKEContents()))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("/usr/bin/ckecli images")
                .hasMessageContaining("etcd is unreachable");
    }

    @Test
    void failsWhenCkecliPrintsSomethingElse() {
        fake.answers.put("/usr/bin/ckecli images", "Usage: ckecli\n");

        assertThatThrownBy(() -> run(new UpdateCKEContents()))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("invalid image name: Usage: ckecli");
        assertThat(Collections.frequency(fake.commands, "/usr/bin/ckecli images"))
                .isOne();
    }

    @Test
    void leavesNoTemporaryFiles() throws Exception {
        run(new UpdateSabakanContents());
        sabakan.answer(request -> Reply.of(400, ""));
        assertThatThrownBy(() -> run(new UpdateDHCPJSON())).isInstanceOf(StepFailedException.class);

        try (Stream<Path> left = Files.list(fake.files.path("/var/lib/neco/contents"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void refusesAProxyThatIsNone() {
        fake.contents = new HttpSources(new HttpClients());
        Settings settings = new Settings(
                "none", Optional.of("socks://10.0.0.1"), Optional.empty(), Optional.empty(), Optional.empty());

        assertThatThrownBy(() -> new UpdateCKEContents()
                        .run(new StepContext(fake.host(), store, REQUEST, settings, new Cancellation())))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("socks://10.0.0.1")
                .hasMessageContaining("neco config set proxy");
    }

    private static Reply filled(Request request) {
        String uri = request.uri();
        if (request.method().equals("PUT")) {
            return Reply.of(uri.contains("/config/") ? 200 : 201, "null");
        }
        if (uri.endsWith("/config/dhcp")) {
            return Reply.of(404, "");
        }
        if (uri.endsWith("/meta")) {
            return Reply.of(200, META);
        }
        if (uri.endsWith("/images/coreos")) {
            return Reply.of(200, "[{\"id\":\"3139.2.1\",\"exists\":true}]");
        }
        if (uri.contains("/machines")) {
            return Reply.of(
                    200,
                    "[{\"spec\":{\"ipv4\":[\"" + (uri.contains("rack=0") ? "10.69.0.3" : "10.69.0.195") + "\"]}}]");
        }
        return Reply.of(200, "null");
    }

    private ContentsAccess access(StepHost host) {
        Retry once = new Retry(1, Duration.ZERO, Duration.ZERO, rest -> {}, RandomGenerator.getDefault());
        ImageFetcher images =
                new ImageFetcher(web, ContainerImage::fullName, RegistryCredentials.ofDockerClient(host.files()));
        return new ContentsAccess(
                new ContentsTools(
                        host.files(),
                        host.artifacts(),
                        ContainerImage::fullName,
                        new Ckecli(host.commands()),
                        images,
                        new OsImageFetcher(web, once),
                        new SabakanClient(web, sabakan.uri(), "root", Duration.ofSeconds(30)),
                        once),
                List.of(images));
    }

    /** The way to the test's server. */
    private final class Sources implements ContentsSources {
        @Override
        public Netboot open(StepHost host, Settings settings) throws IOException {
            return new NetbootContents(access(host), Progress.NONE);
        }

        @Override
        public Netboot preview(StepHost host, Settings settings) {
            return new NetbootPreview(access(host));
        }
    }

    @Test
    void aPlanTellsWhatWouldBeBroughtToSabakanAndBringsNothing() throws Exception {
        List<PlannedStep> planned = new Rehearsal(fake.host(), store)
                .run(
                        new UpdatePlan(
                                List.of(new UpdateCKEContents(), new UpdateSabakanContents(), new UpdateDHCPJSON())),
                        REQUEST,
                        new Settings("none", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));

        assertThat(planned).extracting(PlannedStep::problem).allMatch(Optional::isEmpty);
        assertThat(planned.get(0).changes()).extracting(PlannedChange::subject).containsExactly("contents/cke");
        assertThat(planned.get(1).changes())
                .extracting(PlannedChange::subject)
                .anyMatch(subject -> subject.startsWith("ignition template boot " + VERSION));
        assertThat(planned.get(2).changes())
                .extracting(PlannedChange::subject)
                .containsExactly("DHCP settings", "contents/dhcp.json");
        assertThat(requests()).noneMatch(request -> request.startsWith("PUT"));
        assertThat(store.contentsStatus(ContentsKey.DHCP_JSON)).isEmpty();
    }

    private List<String> requests() {
        return sabakan.requests().stream().map(r -> r.method() + " " + r.uri()).toList();
    }

    private List<String> run(UpdateStep step) throws Exception {
        Settings settings =
                new Settings("none", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        StepContext context = new StepContext(fake.host(), store, REQUEST, settings, new Cancellation());
        step.run(context);
        return context.changes();
    }

    private void write(String path, String text) throws IOException {
        fake.files.write(path, text, FileMode.WORLD_READABLE);
    }
}
