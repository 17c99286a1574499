package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.contents.Netboot;
import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.host.Site;
import io.neco.http.HttpClients;
import io.neco.program.etcd.EtcdProgram;
import io.neco.program.vault.VaultProgram;
import io.neco.release.PackageDownloader;
import io.neco.store.ElectionName;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.NecoStore;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.ContentsSources;
import io.neco.worker.step.FakeHost;
import io.neco.worker.step.Settings;
import io.neco.worker.step.StepHost;
import io.neco.worker.step.UpdatePlan;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * All that three boot servers write into etcd in one whole update, the first one after a setup: the workers, the steps and etcd are real, the
 * hosts are scratch trees, CKE is not there. The golden file is what the reference writes (worker/ at 1eec387), read as in {@link UpdateTrace}.
 */
class UpdateTraceIT {
    private static final String VERSION = "2022.05.25-1";

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    Path dir;

    private final List<Thread> workers = new ArrayList<>();
    private EtcdConfig config;
    private EtcdStore store;

    @BeforeEach
    void afterSetup() {
        config = ETCD.config();
        store = EtcdStore.open(config);
        for (int lrn = 0; lrn < 3; lrn++) {
            store.registerBootServer(lrn);
            store.recordContainerTag(lrn, "etcd", "3.5.4.1");
            store.recordContainerTag(lrn, "vault", "1.10.2.1");
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Thread worker : workers) {
            worker.interrupt();
            worker.join(Duration.ofSeconds(20).toMillis());
        }
        store.close();
    }

    @Test
    void isTheOneOfTheReference() throws Exception {
        long before = store.snapshot().revision();
        for (int lrn = 0; lrn < 3; lrn++) {
            start(lrn);
        }

        try (Leadership updater =
                store.campaign(ElectionName.UPDATER, "boot-0", Duration.ofSeconds(60), Duration.ofSeconds(10))) {
            store.putRequest(
                    new UpdateRequest(VERSION, List.of(0, 1, 2), false, OffsetDateTime.now(ZoneOffset.UTC)),
                    updater.key());
            Awaitility.await("the update to be completed")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> {
                        var statuses = store.statuses();
                        return statuses.size() == 3
                                && statuses.values().stream().allMatch(s -> s.condition() == UpdateCondition.COMPLETED);
                    });
        }

        UpdateTrace trace = UpdateTrace.read(ETCD.endpoint(0), config.prefix(), before + 1);
        assertThat(trace.normalised()).isEqualTo(golden());
        assertThat(trace.barrierViolations()).isEmpty();
    }

    private void start(int lrn) throws IOException {
        FakeHost fake = new FakeHost(dir.resolve("host-" + lrn), lrn);
        fake.files.write(EtcdProgram.ETCDCTL, "", FileMode.EXECUTABLE);
        fake.files.write(VaultProgram.BINARY, "", FileMode.EXECUTABLE);
        fake.files.write(HostPaths.OS_RELEASE_FILE, "NAME=\"Ubuntu\"\nVERSION_ID=\"22.04\"\n", FileMode.WORLD_READABLE);
        fake.files.write(HostPaths.PRODUCT_SERIAL_FILE, "1234abcd\n", FileMode.WORLD_READABLE);
        // one that runs with other files is restarted in turn, under the workers' lock, which the reference does not
        // take here
        fake.states.put("vault.service", "inactive");
        fake.states.put("cke.service", "inactive");
        fake.states.put("cke-localproxy.service", "inactive");
        fake.contents = new TogetherSources();
        StoreLink link = new StoreLink() {
            @Override
            public NecoStore open() {
                return FakeHost.asMember(EtcdStore.open(config), lrn);
            }

            @Override
            public boolean hasMoved() {
                return false;
            }
        };
        UpdatePlan plan = UpdatePlan.ofThisRelease();
        Duties duties = new OnScratch(new HostDuties(fake.host(), plan, selfUpdate(fake), new CurrentSettings()));
        Worker worker = new Worker(new Self(lrn, VERSION, plan.lastStep()), link, new Journal(fake.files), duties);
        Thread thread = new Thread(worker::run, "worker-" + lrn);
        workers.add(thread);
        thread.start();
    }

    private static SelfUpdate selfUpdate(FakeHost fake) {
        return new SelfUpdate(
                fake.files,
                fake,
                Site.defaults(),
                new PackageDownloader(new HttpClients(), Site.defaults().releaseApi(), Clock.systemUTC()));
    }

    private static List<String> golden() throws IOException {
        try (InputStream in = Objects.requireNonNull(UpdateTraceIT.class.getResourceAsStream("update-trace.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** Contents that take until all three servers want to bring them: then it is decided who comes first. */
    private final class TogetherSources implements ContentsSources {
        @Override
        public Netboot open(StepHost host, Settings settings) {
            return (Netboot) Proxy.newProxyInstance(
                    Netboot.class.getClassLoader(), new Class<?>[] {Netboot.class}, (proxy, method, arguments) -> {
                        if (method.getReturnType() != void.class) {
                            return List.of();
                        }
                        if (!method.getName().equals("close")) {
                            Awaitility.await("three candidates")
                                    .atMost(Duration.ofSeconds(30))
                                    .until(() -> UpdateTrace.keys(ETCD.endpoint(0), config.prefix() + "leader/worker/")
                                            == 3);
                        }
                        return null;
                    });
        }

        @Override
        public Netboot preview(StepHost host, Settings settings) {
            throw new AssertionError("nothing is only looked at");
        }
    }

    /** The steps of the host, without what the worker does to the host itself. */
    private record OnScratch(HostDuties duties) implements Duties {
        @Override
        public int lastStep() {
            return duties.lastStep();
        }

        @Override
        public void start() {
            // a scratch tree has no services
        }

        @Override
        public void takeUp(NecoStore store, Settings settings, Cancellation cancellation) {
            // nor an engine
        }

        @Override
        public Runnable runStep(
                NecoStore store, Settings settings, UpdateRequest request, int step, Cancellation cancellation)
                throws IOException, CancelledException, InterruptedException {
            return duties.runStep(store, settings, request, step, cancellation);
        }

        @Override
        public void install(Settings settings, UpdateRequest request, Cancellation cancellation) {
            throw new AssertionError("this version is the requested one");
        }

        @Override
        public void restartEtcd(NecoStore store, UpdateRequest request, Cancellation cancellation) {
            // the etcd of the test belongs to nobody
        }
    }
}
