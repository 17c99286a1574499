package io.neco.worker.step;

import io.neco.contents.ContentsTools;
import io.neco.contents.Netboot;
import io.neco.program.sabakan.SabakanProgram;
import io.neco.store.ContentsKey;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has one server bring something to sabakan for all; nothing is done where sabakan is not active, as before {@code neco init-local}. */
final class SabakanWork {
    private static final Logger log = LoggerFactory.getLogger(SabakanWork.class);

    /** What is brought. */
    @FunctionalInterface
    interface Upload {
        void run(Netboot contents) throws IOException, InterruptedException;
    }

    private SabakanWork() {}

    /**
     * Does the work.
     *
     * @param key under which it is recorded that it was done
     * @param skipped logged where sabakan is not active
     */
    static void run(StepContext context, ContentsKey key, String skipped, Upload upload)
            throws IOException, CancelledException, InterruptedException {
        StepHost host = context.host();
        if (!ProgramState.isActive(context, SabakanProgram.SERVICE)) {
            log.info(skipped);
            return;
        }
        ContentsGuard.run(context, key, () -> {
            try (Netboot contents = host.contents().open(host, context.settings())) {
                upload.run(contents);
                contents.changes().forEach(context::changed);
            } catch (IOException e) {
                if (ContentsTools.mayPass(e)) {
                    throw e; // it was tried again already, request by request, but an outage may be longer than that
                }
                throw new StepFailedException(String.valueOf(e.getMessage()), e);
            }
        });
    }
}
