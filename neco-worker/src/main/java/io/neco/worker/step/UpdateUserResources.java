package io.neco.worker.step;

import io.neco.cke.CkeContents;
import io.neco.cke.InvalidTemplateException;
import io.neco.program.cke.CkeProgram;
import io.neco.store.ContentsKey;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has one server give CKE this release's Kubernetes resources, with the names of this release's images filled in. Does nothing where CKE
 * is not active, as before {@code neco init-local cke}.
 *
 * <p>Source: worker/cke.go at 1eec387.
 */
public final class UpdateUserResources implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(UpdateUserResources.class);

    @Override
    public String description() {
        return "gives CKE this release's Kubernetes resources (one server for all)";
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
        if (!ProgramState.isActive(context, CkeProgram.SERVICE)) {
            log.info("cke: skipped uploading user-defined resources because CKE is inactive");
            return;
        }
        CkeContents contents = new CkeContents(host.files(), host.commands(), host.artifacts());
        ContentsGuard.run(context, ContentsKey.USER_RESOURCES, () -> {
            try {
                contents.setResources(context.store());
            } catch (InvalidTemplateException e) {
                throw new StepFailedException(String.valueOf(e.getMessage()), e);
            }
        });
    }
}
