package io.neco.worker.step;

import io.neco.host.Systemd;
import io.neco.program.cke.CkeProgram;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** CKE and its local proxy on this server. Their units come with CKE's package, not with an update. */
final class CkeServices {
    private static final Logger log = LoggerFactory.getLogger(CkeServices.class);

    private final StepContext context;
    private final Systemd systemd;

    CkeServices(StepContext context) {
        this.context = context;
        this.systemd = context.host().systemd();
    }

    /** Stops both, the one that depends on the other first; no error where they do not run. */
    void stop() throws IOException, InterruptedException {
        for (String service : installed(CkeProgram.LOCAL_PROXY_SERVICE, CkeProgram.SERVICE)) {
            systemd.stopService(service);
            context.changed("stopped " + service + ".service");
        }
    }

    /** Makes both run with their present files; before {@code neco init-local cke} systemd skips them. */
    void restart() throws IOException, InterruptedException {
        for (String service : installed(CkeProgram.SERVICE, CkeProgram.LOCAL_PROXY_SERVICE)) {
            systemd.restart(service + ".service", false);
            context.changed("restarted " + service + ".service");
        }
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
