package io.neco.worker.step;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pulls the images of the programs that run on boot servers, so that later steps need no registry. May be given up at any time.
 *
 * <p>Source: worker/rkt.go at 1eec387. The number of pulls at a time is bounded here.
 */
public final class FetchImages implements UpdateStep {
    private static final Duration DEADLINE = Duration.ofMinutes(30);
    private static final int AT_A_TIME = 4;

    @Override
    public String description() {
        return "pulls the images of boot servers that are missing";
    }

    @Override
    public boolean isRehearsable() {
        return true;
    }

    @Override
    public Duration deadline() {
        return DEADLINE;
    }

    @Override
    public void run(StepContext context) throws IOException, CancelledException, InterruptedException {
        // a dead member that has left would hold up every restart: it is removed at the end only, which would never
        // come
        DockerProxy.apply(
                context.host(),
                context.store(),
                context.settings().proxy(),
                lock -> EtcdMembership.removeDeadStrangers(context, lock),
                context.cancellation());
        AtomicInteger threads = new AtomicInteger();
        ExecutorService pulls =
                Executors.newFixedThreadPool(AT_A_TIME, task -> new Thread(task, "pull-" + threads.incrementAndGet()));
        try {
            CompletionService<Boolean> done = new ExecutorCompletionService<>(pulls);
            List<Future<Boolean>> pending = new ArrayList<>();
            for (String name : ArtifactSet.BOOT_IMAGES) {
                ContainerImage image = context.host().artifacts().image(name);
                pending.add(done.submit(() -> pull(context, image)));
            }
            context.cancellation().onRequest(() -> pending.forEach(pull -> pull.cancel(true)));
            for (int i = 0; i < pending.size(); i++) {
                done.take().get();
            }
        } catch (ExecutionException e) {
            context.cancellation().check();
            throw failure(e);
        } catch (CancellationException e) {
            context.cancellation().check();
            throw e;
        } finally {
            pulls.shutdownNow();
        }
    }

    private static boolean pull(StepContext context, ContainerImage image) throws IOException, InterruptedException {
        boolean isPulled = context.host().containers().pull(image, DEADLINE);
        context.changed("image " + image.name() + " " + image.tag(), isPulled);
        return isPulled;
    }

    private static IOException failure(ExecutionException e) {
        Throwable cause = e.getCause();
        // the runtime has tried several times already
        return new StepFailedException(
                cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage(), e);
    }
}
