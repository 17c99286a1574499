package io.neco.worker.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.FileMode;
import io.neco.program.cke.CkeProgram;
import io.neco.store.ConfigKey;
import io.neco.store.ContentsKey;
import io.neco.store.ElectionName;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.ContentsUpdateStatus;
import io.neco.update.UpdateRequest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Steps 11, 12 and 17 on a scratch host, with a real etcd. */
class CkeStepsIT {
    private static final String VERSION = "2022.05.25-1";
    private static final OffsetDateTime BEGIN = OffsetDateTime.of(2022, 5, 25, 0, 0, 0, 0, ZoneOffset.UTC);
    private static final Settings SETTINGS =
            new Settings("none", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    private static final String SET_TEMPLATE = "/usr/bin/ckecli sabakan set-template";
    private static final List<String> RESTARTS =
            List.of("systemctl restart cke.service", "systemctl restart cke-localproxy.service");

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    Path dir;

    private FakeHost fake;
    private EtcdConfig config;
    private EtcdStore store;
    private Cancellation cancellation;

    @BeforeEach
    void prepare() throws IOException {
        fake = new FakeHost(dir, 1);
        config = ETCD.config();
        store = EtcdStore.open(config);
        cancellation = new Cancellation();
        write("/etc/neco/cluster", "gcp0\n");
        write("/usr/share/neco/cke-template-pre.yml", "nodes: []\n");
        for (String name : List.of("namespaces.yml", "cilium-pre.yaml", "coil.yaml", "unbound.yml", "squid.yml")) {
            write("/usr/share/neco/" + name, "file: " + name + "\n");
        }
        fake.answers.put("/usr/bin/ckecli images", "quay.io/cybozu/unbound:1.15.0.1\n");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void write(String path, String text) throws IOException {
        fake.files.write(path, text, FileMode.WORLD_READABLE);
    }

    private void installed() throws IOException {
        for (String service : List.of("cke", "cke-localproxy")) {
            write("/lib/systemd/system/" + service + ".service", "[Unit]\n");
        }
    }

    private void initialised() throws IOException {
        installed();
        write(CkeProgram.CERT_FILE, "CERT\n");
    }

    private StepContext context() {
        UpdateRequest request = new UpdateRequest(VERSION, List.of(0, 1, 2), false, BEGIN);
        return new StepContext(fake.host(), store, request, SETTINGS, cancellation);
    }

    private List<String> run(UpdateStep step) throws Exception {
        fake.commands.clear();
        StepContext context = context();
        step.run(context);
        return context.changes();
    }

    private void record(ContentsKey key, boolean isSuccess) throws InterruptedException {
        try (Leadership lock =
                store.campaign(ElectionName.WORKER, "0", Duration.ofSeconds(10), Duration.ofSeconds(10))) {
            store.putContentsStatus(key, new ContentsUpdateStatus(VERSION, isSuccess), lock.key());
        }
    }

    private List<String> systemctl() {
        return fake.commands.stream()
                .filter(line -> line.startsWith("systemctl restart") || line.startsWith("systemctl stop"))
                .toList();
    }

    // ---- StopCKE

    @Test
    void stopsCkeWhoseUnitsCameWithAPackage() throws Exception {
        installed();

        assertThat(run(new StopCKE())).containsExactly("stopped cke-localproxy.service", "stopped cke.service");

        assertThat(fake.commands)
                .containsExactly("systemctl stop cke-localproxy.service", "systemctl stop cke.service");
    }

    @Test
    void stopsCkeWhoseUnitsAnAdministratorHasWritten() throws Exception {
        write("/etc/systemd/system/cke.service", "[Unit]\n");

        assertThat(run(new StopCKE())).containsExactly("stopped cke.service");
    }

    @Test
    void stopsNothingWhereCkeIsNotInstalled() throws Exception {
        assertThat(run(new StopCKE())).isEmpty();
        assertThat(fake.commands).isEmpty();
    }

    @Test
    void saysWhatCannotBeStopped() throws Exception {
        installed();
        fake.failures.put("systemctl stop cke.service", "Failed to stop cke.service: Connection timed out");

        assertThatThrownBy(() -> run(new StopCKE())).hasMessageContaining("Connection timed out");
    }

    // ---- UpdateCKE

    @Test
    void writesTheConfigurationGivesTheTemplateAndStartsBoth() throws Exception {
        initialised();

        assertThat(run(new UpdateCKE()))
                .containsExactly(
                        CkeProgram.CONFIG_FILE,
                        "contents/cke-template",
                        "restarted cke.service",
                        "restarted cke-localproxy.service");

        assertThat(fake.files.read(CkeProgram.CONFIG_FILE)).contains("- https://10.69.1.131:2379\n");
        assertThat(fake.commands).first().asString().startsWith(SET_TEMPLATE);
        assertThat(systemctl()).isEqualTo(RESTARTS);
        assertThat(store.contentsStatus(ContentsKey.CKE_TEMPLATE)).contains(new ContentsUpdateStatus(VERSION, true));
    }

    @Test
    void doesNotGiveTheTemplateThatAnotherServerHasGiven() throws Exception {
        initialised();
        record(ContentsKey.CKE_TEMPLATE, true);

        run(new UpdateCKE());

        assertThat(fake.commands).noneMatch(line -> line.startsWith(SET_TEMPLATE));
        assertThat(systemctl()).isEqualTo(RESTARTS);
    }

    @Test
    void givesNoTemplateBeforeCkeIsInitialised() throws Exception {
        installed();

        assertThat(run(new UpdateCKE()))
                .containsExactly(CkeProgram.CONFIG_FILE, "restarted cke.service", "restarted cke-localproxy.service");

        assertThat(fake.commands).noneMatch(line -> line.startsWith("/usr/bin/ckecli"));
        assertThat(store.contentsStatus(ContentsKey.CKE_TEMPLATE)).isEmpty();
    }

    @Test
    void onlyWritesTheConfigurationWhereCkeIsNotInstalled() throws Exception {
        assertThat(run(new UpdateCKE())).containsExactly(CkeProgram.CONFIG_FILE);
        assertThat(fake.commands).isEmpty();
        assertThat(run(new UpdateCKE())).isEmpty();
    }

    /** The attempt may be repeated, while another server gives CKE the template. */
    @Test
    void leavesCkeStoppedWhenTheTemplateWasNotTakenUntilTheUpdateEnds() throws Exception {
        initialised();
        run(new StopCKE());
        fake.failures.put(SET_TEMPLATE, "no API server");

        assertThatThrownBy(() -> run(new UpdateCKE()))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("ckecli sabakan set-template")
                .hasMessageEndingWith("failed with exit status 1: no API server");

        assertThat(systemctl()).isEmpty();
        assertThat(store.contentsStatus(ContentsKey.CKE_TEMPLATE)).isEmpty();
        StopCKE.undo(fake.host());
        assertThat(systemctl()).isEqualTo(RESTARTS);
    }

    @Test
    void leavesCkeStoppedWhenEtcdDoesNotAnswer() throws Exception {
        initialised();
        run(new StopCKE());
        fake.commands.clear();
        NecoStore broken = (NecoStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {NecoStore.class}, (proxy, method, arguments) -> {
                    throw new StoreException("etcd does not answer");
                });
        UpdateRequest request = new UpdateRequest(VERSION, List.of(0, 1, 2), false, BEGIN);

        assertThatThrownBy(() ->
                        new UpdateCKE().run(new StepContext(fake.host(), broken, request, SETTINGS, cancellation)))
                .isInstanceOf(StoreException.class);

        assertThat(systemctl()).isEmpty();
    }

    @Test
    void doesNotRepeatAWrongTemplate() throws Exception {
        initialised();
        write("/usr/share/neco/cke-template-pre.yml", "name: x\n");

        assertThatThrownBy(() -> run(new UpdateCKE()))
                .isInstanceOf(StepFailedException.class)
                .hasMessageStartingWith("/usr/share/neco/cke-template-pre.yml: nodes should be a slice");
    }

    @Test
    void doesNotRepeatWeightsThatCannotBeUnderstood() throws Exception {
        initialised();
        ETCD.put(config, "cke/weight", "{\"cs\":\"18\"}");

        assertThatThrownBy(() -> run(new UpdateCKE()))
                .isInstanceOf(StepFailedException.class)
                .hasMessageStartingWith("etcd key cke/weight should hold weights by role but holds `{\"cs\":\"18\"}`")
                .hasMessageEndingWith("delete it with etcdctl, then set the weights anew with `neco cke weight set`");

        assertThat(fake.commands).noneMatch(line -> line.startsWith(SET_TEMPLATE));
        assertThat(store.contentsStatus(ContentsKey.CKE_TEMPLATE)).isEmpty();
    }

    @Test
    void leavesCkeToTheEndOfTheUpdateWhenThatIsStopped() throws Exception {
        initialised();
        run(new StopCKE());
        cancellation.request("stop request");

        assertThatThrownBy(() -> run(new UpdateCKE())).isInstanceOf(CancelledException.class);

        assertThat(systemctl()).isEmpty();
        StopCKE.undo(fake.host());
        assertThat(systemctl()).isEqualTo(RESTARTS);
    }

    @Test
    void nothingIsLeftToBeUndoneAfterItHasStartedCke() throws Exception {
        initialised();
        run(new StopCKE());
        run(new UpdateCKE());

        assertThat(StopCKE.undo(fake.host())).isEmpty();
    }

    @Test
    void whatStopCkeHasStoppedIsStartedWhenTheUpdateEndsBefore() throws Exception {
        initialised();
        run(new StopCKE());
        fake.failures.put("systemctl restart cke.service", "Job for cke.service failed");
        assertThatThrownBy(() -> StopCKE.undo(fake.host())).hasMessageContaining("Job for cke.service failed");
        fake.failures.clear();

        assertThat(StopCKE.undo(fake.host()))
                .containsExactly("restarted cke.service", "restarted cke-localproxy.service");
        assertThat(StopCKE.undo(fake.host())).isEmpty();
    }

    // ---- UpdateUserResources

    @Test
    void givesResourcesInOrder() throws Exception {
        store.putConfig(ConfigKey.LB_ADDRESS_BLOCK_DEFAULT, "10.72.32.0/20");
        write("/usr/share/neco/cilium-pre.yaml", "block: {{ .lbAddressDefault }}\n");

        assertThat(run(new UpdateUserResources())).containsExactly("contents/user-resources");

        assertThat(fake.inputs)
                .containsExactly(
                        "file: namespaces.yml\n",
                        "block: 10.72.32.0/20\n",
                        "file: coil.yaml\n",
                        "file: unbound.yml\n",
                        "file: squid.yml\n");
        assertThat(store.contentsStatus(ContentsKey.USER_RESOURCES)).contains(new ContentsUpdateStatus(VERSION, true));
    }

    @Test
    void givesNoResourcesWhereCkeIsInactive() throws Exception {
        fake.states.put("cke.service", "inactive");

        assertThat(run(new UpdateUserResources())).isEmpty();

        assertThat(fake.inputs).isEmpty();
        assertThat(store.contentsStatus(ContentsKey.USER_RESOURCES)).isEmpty();
    }

    @Test
    void doesNotTakeAFailedCkeForAnInactiveOne() {
        fake.states.put("cke.service", "failed");

        assertThatThrownBy(() -> run(new UpdateUserResources()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cke.service is neither active nor inactive but failed");
    }

    @Test
    void recordsThatAResourceCannotBeRendered() throws Exception {
        write("/usr/share/neco/squid.yml", "a: b\nimage: {{ .sqiud }}\n");

        assertThatThrownBy(() -> run(new UpdateUserResources()))
                .isInstanceOf(StepFailedException.class)
                .hasMessageStartingWith("/usr/share/neco/squid.yml:2: {{ .sqiud }} names sqiud");

        assertThat(fake.inputs).isEmpty();
        assertThat(store.contentsStatus(ContentsKey.USER_RESOURCES)).contains(new ContentsUpdateStatus(VERSION, false));
    }

    @Test
    void failsWhenAnotherServerHasFailed() throws Exception {
        record(ContentsKey.USER_RESOURCES, false);

        assertThatThrownBy(() -> run(new UpdateUserResources()))
                .isInstanceOf(StepFailedException.class)
                .hasMessageStartingWith("update of user-defined resources failed by preceding worker");
        assertThat(fake.inputs).isEmpty();
    }
}
