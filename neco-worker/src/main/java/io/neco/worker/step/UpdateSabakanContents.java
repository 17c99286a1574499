package io.neco.worker.step;

import io.neco.store.ContentsKey;
import java.io.IOException;
import java.time.Duration;

/**
 * Has one server give sabakan what nodes boot from: operating system, images, programs, and the Ignition templates that refer to them.
 *
 * <p>Source: worker/sabakan.go at 1eec387.
 */
public final class UpdateSabakanContents implements UpdateStep {
    @Override
    public String description() {
        return "uploads OS image, container images, programs and ignition templates to sabakan (one server for all)";
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
                ContentsKey.SABAKAN,
                "sabakan: skipped uploading contents because sabakan is inactive",
                contents ->
                        contents.uploadAll(context.store(), context.request().version()));
    }
}
