package io.neco.worker.step;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.program.etcd.EtcdProgram;
import io.neco.store.ElectionName;
import io.neco.store.Leadership;
import io.neco.store.NecoConfigFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
    private static final String UPDATER = "neco-updater";
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(10);

    @Override
    public String description() {
        return "installs the tools of etcd's image, joins the cluster if this server is no member, writes etcd's unit and configuration, and restarts"
                + " neco-updater if etcd has other endpoints";
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
        String me = Integer.toString(context.host().lrn());
        try (Leadership lock = context.cancellation()
                .interrupting(() -> context.store().campaign(ElectionName.WORKER, me, TIME_TO_LIVE, LOCK_DEADLINE))) {
            log.atDebug().addKeyValue("key", lock.key().key()).log("etcd: elected");
            new EtcdMembership(context, unit(context.host()), lock).ensure();
            boolean haveMoved = writeFiles(context);
            hideKeys(context);
            restartUpdater(context, haveMoved);
        }
    }

    /** It reads the endpoints when it starts, and would be lost with those of members that have left. The worker connects anew by itself. */
    private static void restartUpdater(StepContext context, boolean haveMoved)
            throws IOException, InterruptedException {
        StepHost host = context.host();
        if (haveMoved ? host.systemd().runningSince(UPDATER).isPresent() : hasFormerEndpoints(host)) {
            host.systemd().restart(UPDATER + ".service");
            context.changed("restarted " + UPDATER + ".service");
        }
    }

    /** When an attempt before this one has replaced the file and came no further. */
    private static boolean hasFormerEndpoints(StepHost host) throws IOException, InterruptedException {
        Instant written = host.files().lastModified(HostPaths.NECO_CONFIG_FILE).orElse(Instant.MIN);
        // the package's installation restarts it
        if (written.isBefore(host.files().lastModified(HostPaths.PACKAGE_LIST).orElse(Instant.MIN))) {
            return false;
        }
        Optional<Instant> since = host.systemd().runningSince(UPDATER);
        return since.isPresent() && since.get().isBefore(written);
    }

    private static void installTools(StepContext context) throws IOException, InterruptedException {
        if (context.needsTools(EtcdProgram.IMAGE, EtcdProgram.ETCDCTL)) {
            context.installTools(EtcdProgram.IMAGE, EtcdProgram.TOOLS_MOUNT, EtcdProgram.INSTALL_TOOLS);
            context.recordImage(EtcdProgram.IMAGE);
        }
    }

    /** Returns whether the endpoints of etcd are others than before. */
    private static boolean writeFiles(StepContext context) throws IOException {
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
        boolean haveMoved = files.replace(
                HostPaths.NECO_CONFIG_FILE,
                NecoConfigFile.render(host.servers().etcdEndpoints(lrns)),
                FileMode.WORLD_READABLE);
        context.changed(HostPaths.NECO_CONFIG_FILE, haveMoved);
        return haveMoved;
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
}
