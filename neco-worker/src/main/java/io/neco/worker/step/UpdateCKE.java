package io.neco.worker.step;

import io.neco.cke.CkeContents;
import io.neco.cke.InvalidTemplateException;
import io.neco.host.FileMode;
import io.neco.program.cke.CkeProgram;
import io.neco.store.ContentsKey;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes CKE's configuration, has one server give CKE this release's cluster template, and starts CKE and its local proxy again. When the
 * template was not taken they stay stopped, since the attempt may be repeated while another server is about to give it; the end of
 * the update starts them ({@link StopCKE#undo}), and with the former one they do what they did before.
 *
 * <p>Source: worker/cke.go at 1eec387, which leaves CKE stopped for good when the template is not taken.
 */
public final class UpdateCKE implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(UpdateCKE.class);

    @Override
    public String description() {
        return "writes CKE's config.yml, gives CKE the cluster template (one server for all), and restarts it and its local proxy";
    }

    @Override
    public boolean isRehearsable() {
        return true;
    }

    @Override
    public Duration deadline() {
        return ContentsGuard.DEADLINE;
    }

    @Override
    public void run(StepContext context) throws IOException, CancelledException, InterruptedException {
        StepHost host = context.host();
        context.changed(
                CkeProgram.CONFIG_FILE,
                host.files()
                        .replace(
                                CkeProgram.CONFIG_FILE,
                                CkeProgram.config(context.request().servers(), host.servers()),
                                FileMode.WORLD_READABLE));
        giveTemplate(context);
        new CkeServices(host, context::changed).restart();
        log.info("cke: updated");
    }

    private static void giveTemplate(StepContext context) throws IOException, CancelledException, InterruptedException {
        StepHost host = context.host();
        if (!host.files().exists(CkeProgram.CERT_FILE)) {
            log.info("cke: skip uploading cke-template.yml because CKE is not initialized");
            return;
        }
        CkeContents contents = new CkeContents(host.files(), host.commands(), host.artifacts());
        ContentsGuard.run(context, ContentsKey.CKE_TEMPLATE, () -> {
            try {
                contents.setTemplate(context.store());
            } catch (InvalidTemplateException e) {
                throw new StepFailedException(String.valueOf(e.getMessage()), e);
            }
        });
    }
}
