package io.neco.worker.step;

import io.neco.contents.Netboot;
import io.neco.store.ContentsKey;
import java.io.IOException;
import java.time.Duration;

/**
 * Has one server give sabakan the images CKE runs its cluster with, as {@code ckecli images} lists them.
 *
 * <p>Source: worker/cke.go at 1eec387.
 */
public final class UpdateCKEContents implements UpdateStep {
    @Override
    public String description() {
        return "uploads CKE's images to sabakan (one server for all)";
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
        SabakanWork.run(
                context,
                ContentsKey.CKE,
                "cke: skipped contents upload because sabakan is inactive",
                Netboot::uploadCkeImages);
    }
}
