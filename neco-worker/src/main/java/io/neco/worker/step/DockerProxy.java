package io.neco.worker.step;

import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.store.NecoStore;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy the container engine pulls through; source: pkg/neco-worker/main.go at 1eec387.
 *
 * <p>A new proxy needs a restart of the engine, which takes every container of this server along. It is therefore done only when the
 * proxy differs, and on one server at a time.
 */
public final class DockerProxy {
    /** The drop-in that holds the setting. */
    public static final String DROP_IN = "/etc/systemd/system/docker.service.d/override.conf";

    /** On the host from the change of the drop-in to the restart. */
    private static final String MARK = HostPaths.PENDING_DIR + "/docker.service";

    private static final Logger log = LoggerFactory.getLogger(DockerProxy.class);

    private DockerProxy() {}

    /**
     * Makes the engine use a proxy.
     *
     * @param proxy the setting; empty: the engine is left as it is
     * @param prepare done under the workers' lock before the members of etcd are looked at
     * @param cancellation heeded until the engine is restarted
     */
    public static void apply(
            StepHost host,
            NecoStore store,
            Optional<String> proxy,
            RollingRestart.Preparation prepare,
            Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        if (proxy.isEmpty()) {
            return;
        }
        if (isUsed(host, proxy.get())) {
            // an earlier version wrote it for everybody to read
            if (host.files().holds(DROP_IN, dropIn(proxy.get()))) {
                host.files().setMode(DROP_IN, mode(proxy.get()));
            }
            return;
        }
        log.atInfo()
                .addKeyValue("proxy", withoutPassword(proxy.get()))
                .log("docker: restarting the engine, since its proxy differs from config/proxy");
        host.files().write(MARK, "", FileMode.WORLD_READABLE);
        host.files().replace(DROP_IN, dropIn(proxy.get()), mode(proxy.get()));
        new RollingRestart(host, store, cancellation)
                .run("restart docker", prepare, () -> host.systemd().restartService("docker"));
        host.files().deleteIfExists(MARK);
    }

    /** The engine does not tell user and password; those it was started with are in the drop-in. */
    private static boolean isUsed(StepHost host, String proxy) throws IOException, InterruptedException {
        String shown = host.containers().httpProxy().orElse("");
        return shown.equals(proxy)
                || (withoutPassword(shown).equals(withoutPassword(proxy))
                        && host.files().holds(DROP_IN, dropIn(proxy))
                        && !host.files().exists(MARK));
    }

    /** What is not shown to others may hold a password. */
    private static FileMode mode(String proxy) {
        return withoutPassword(proxy).equals(proxy) ? FileMode.WORLD_READABLE : FileMode.PRIVATE;
    }

    /** To systemd a single percent sign is the begin of something else. */
    static String dropIn(String proxy) {
        return """
                [Service]
                Environment="HTTP_PROXY=%1$s"
                Environment="HTTPS_PROXY=%1$s"
                """.formatted(proxy.replace("%", "%%"));
    }

    private static String withoutPassword(String proxy) {
        return proxy.replaceFirst("//[^/]*@", "//…@");
    }
}
