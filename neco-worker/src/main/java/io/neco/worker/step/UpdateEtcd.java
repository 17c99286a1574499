package io.neco.worker.step;

import io.neco.container.Bind;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.program.etcd.EtcdPeer;
import io.neco.program.etcd.EtcdProgram;
import io.neco.store.ElectionName;
import io.neco.store.Leadership;
import io.neco.store.Member;
import io.neco.store.NecoConfigFile;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.store.StoreTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs etcd's tools and files, and adds this server to the cluster if it is not in it. A running etcd is not restarted here: that
 * happens after the last step, one server at a time.
 *
 * <p>Source: worker/etcd.go at 1eec387. Where it waits ten seconds before an addition, etcd is asked here until it agrees.
 */
public final class UpdateEtcd implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(UpdateEtcd.class);
    private static final Duration TOOL_DEADLINE = Duration.ofMinutes(2);
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(10);
    private static final Duration HEALTH_DEADLINE = Duration.ofMinutes(2);
    private static final Duration ADD_DEADLINE = Duration.ofMinutes(1);
    private static final Duration SYNC_DEADLINE = Duration.ofMinutes(10);

    @Override
    public String description() {
        return "installs the tools of etcd's image, joins the cluster if this server is no member, and writes etcd's unit and configuration";
    }

    @Override
    public boolean isRehearsable() {
        return true;
    }

    @Override
    public Duration deadline() {
        return Duration.ofMinutes(25);
    }

    @Override
    public void run(StepContext context) throws IOException, CancelledException, InterruptedException {
        installTools(context);
        context.cancellation().check();
        int lrn = context.host().lrn();
        try (Leadership lock =
                context.store().campaign(ElectionName.WORKER, Integer.toString(lrn), TIME_TO_LIVE, LOCK_DEADLINE)) {
            log.atDebug().addKeyValue("key", lock.key().key()).log("etcd: elected");
            List<Member> members = context.store().members();
            if (members.stream().noneMatch(m -> m.name().equals(EtcdProgram.memberName(lrn)))) {
                join(context, members);
            }
            writeFiles(context);
            hideKeys(context);
        }
    }

    private static void installTools(StepContext context) throws IOException, InterruptedException {
        if (!context.needsImage(EtcdProgram.IMAGE)) {
            return;
        }
        context.host()
                .containers()
                .run(
                        context.host().artifacts().image(EtcdProgram.IMAGE),
                        List.of(Bind.writable("/usr/local/bin", EtcdProgram.TOOLS_MOUNT)),
                        List.of(EtcdProgram.INSTALL_TOOLS),
                        TOOL_DEADLINE);
        context.recordImage(EtcdProgram.IMAGE);
    }

    private static void writeFiles(StepContext context) throws IOException {
        StepHost host = context.host();
        HostFiles files = host.files();
        List<Integer> lrns = context.request().servers();
        String unitFile = HostPaths.serviceUnit(EtcdProgram.SERVICE);
        context.changed(unitFile, files.replace(unitFile, unit(host), FileMode.WORLD_READABLE));
        context.changed(
                HostPaths.ETCD_CONFIG_FILE,
                files.replace(
                        HostPaths.ETCD_CONFIG_FILE,
                        EtcdProgram.newConfig(host.lrn(), lrns, host.servers()),
                        FileMode.WORLD_READABLE));
        context.changed(
                HostPaths.NECO_CONFIG_FILE,
                files.replace(
                        HostPaths.NECO_CONFIG_FILE,
                        NecoConfigFile.render(host.servers().etcdEndpoints(lrns)),
                        FileMode.WORLD_READABLE));
    }

    private static void hideKeys(StepContext context) throws IOException {
        context.hideKey(HostPaths.SERVER_KEY_FILE, FileMode.CONTAINER_PRIVATE);
        context.hideKey(HostPaths.ETCD_PEER_KEY_FILE, FileMode.CONTAINER_PRIVATE);
        context.hideKey(HostPaths.ETCD_BACKUP_KEY_FILE, FileMode.PRIVATE);
        context.hideKey(HostPaths.NECO_KEY_FILE, FileMode.PRIVATE);
    }

    private static String unit(StepHost host) {
        return EtcdProgram.service(host.containers().fullName(host.artifacts().image(EtcdProgram.IMAGE)));
    }

    private static void join(StepContext context, List<Member> before)
            throws IOException, CancelledException, InterruptedException {
        StepHost host = context.host();
        String peerUrl = host.servers().etcdPeerUrl(host.lrn());
        List<Member> members = add(context, before, peerUrl);
        long revision = context.store().snapshot().revision();
        host.files()
                .write(
                        HostPaths.ETCD_CONFIG_FILE,
                        EtcdProgram.addConfig(
                                host.lrn(),
                                members.stream()
                                        .map(m -> new EtcdPeer(m.name(), m.peerUrls()))
                                        .toList(),
                                host.servers()),
                        FileMode.WORLD_READABLE);
        host.files().createDirectory(HostPaths.ETCD_DATA_DIR, FileMode.CONTAINER_DIRECTORY);
        host.files().write(HostPaths.serviceUnit(EtcdProgram.SERVICE), unit(host), FileMode.WORLD_READABLE);
        host.systemd().enableNow(EtcdProgram.SERVICE + ".service");
        String own = host.servers().etcdEndpoint(host.lrn());
        Condition synchronised = () -> behind(context.store(), own, revision);
        synchronised.await(
                "etcd of this server to synchronize",
                SYNC_DEADLINE,
                "see `journalctl -u " + EtcdProgram.SERVICE + "` on this server",
                context.cancellation());
        log.info("etcd: joined the cluster");
        context.changed("member " + EtcdProgram.memberName(host.lrn()));
    }

    private static List<Member> add(StepContext context, List<Member> before, String peerUrl)
            throws IOException, CancelledException, InterruptedException {
        if (before.stream().anyMatch(m -> m.peerUrls().contains(peerUrl))) {
            // added before this worker was restarted, but never started
            return before;
        }
        NecoStore store = context.store();
        List<String> expected = context.request().servers().stream()
                .map(EtcdProgram::memberName)
                .toList();
        new EtcdGate(store).awaitHealthy(m -> expected.contains(m.name()), HEALTH_DEADLINE, context.cancellation());
        long begin = System.nanoTime();
        while (true) {
            try {
                return store.addMember(peerUrl);
            } catch (StoreTimeoutException e) {
                // it may have been added; the step is run again and looks
                throw e;
            } catch (StoreException e) {
                if (System.nanoTime() - begin > ADD_DEADLINE.toNanos()) {
                    throw new StepFailedException("etcd does not accept member " + peerUrl + ": " + e.getMessage(), e);
                }
                log.atDebug().addKeyValue("error", e.getMessage()).log("etcd: not added yet");
            }
            context.cancellation().rest(Duration.ofMillis(500));
        }
    }

    private static Optional<String> behind(NecoStore store, String endpoint, long revision) {
        long reached = store.health(endpoint).revision();
        return reached >= revision ? Optional.empty() : Optional.of("it is at revision " + reached + " of " + revision);
    }
}
