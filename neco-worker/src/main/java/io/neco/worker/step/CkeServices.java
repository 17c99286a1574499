package io.neco.worker.step;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.Systemd;
import io.neco.program.cke.CkeProgram;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CKE and its local proxy on this server; their units come with the package.
 *
 * <p>From the stop to the start a mark is on the host, so that they are also started when the update ends in between.
 */
final class CkeServices {
    private static final Logger log = LoggerFactory.getLogger(CkeServices.class);

    private static final String MARK = HostPaths.PENDING_DIR + "/" + CkeProgram.SERVICE + ".service";

    private final HostFiles files;
    private final Systemd systemd;
    private final Consumer<String> changes;

    /** @param changes told what was done */
    CkeServices(StepHost host, Consumer<String> changes) {
        this.files = host.files();
        this.systemd = host.systemd();
        this.changes = changes;
    }

    /** Whether they have been stopped and not started since. */
    boolean areStopped() {
        return files.exists(MARK);
    }

    /** Stops both, the one that depends on the other first; no error where they do not run. */
    void stop() throws IOException, InterruptedException {
        List<String> installed = installed(CkeProgram.LOCAL_PROXY_SERVICE, CkeProgram.SERVICE);
        if (!installed.isEmpty()) {
            files.write(MARK, "", FileMode.WORLD_READABLE);
        }
        for (String service : installed) {
            systemd.stopService(service);
            changes.accept("stopped " + service + ".service");
        }
    }

    /** Makes both run with their present files; before {@code neco init-local cke} systemd skips them. */
    void restart() throws IOException, InterruptedException {
        for (String service : installed(CkeProgram.SERVICE, CkeProgram.LOCAL_PROXY_SERVICE)) {
            systemd.restart(service + ".service", false);
            changes.accept("restarted " + service + ".service");
        }
        files.deleteIfExists(MARK);
    }

    private List<String> installed(String... services) {
        List<String> installed = List.of(services).stream()
                .filter(service -> systemd.isInstalled(service + ".service"))
                .toList();
        if (installed.isEmpty()) {
            log.info("cke: not installed on this server");
        }
        return installed;
    }
}
