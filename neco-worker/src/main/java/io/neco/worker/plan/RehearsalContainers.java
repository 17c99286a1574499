package io.neco.worker.plan;

import io.neco.artifact.ContainerImage;
import io.neco.container.Bind;
import io.neco.container.Containers;
import io.neco.worker.plan.PlannedChange.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The host's container engine, which pulls and runs nothing. */
final class RehearsalContainers implements Containers {
    private final Containers real;
    private final Notes notes;
    /** By an earlier step. */
    private final Set<ContainerImage> pulled = ConcurrentHashMap.newKeySet();

    RehearsalContainers(Containers real, Notes notes) {
        this.real = real;
        this.notes = notes;
    }

    @Override
    public String fullName(ContainerImage image) {
        return real.fullName(image);
    }

    @Override
    public boolean isPresent(ContainerImage image) throws IOException, InterruptedException {
        return pulled.contains(image) || real.isPresent(image);
    }

    @Override
    public boolean pull(ContainerImage image, Duration deadline) throws IOException, InterruptedException {
        if (isPresent(image)) {
            return false;
        }
        pulled.add(image);
        notes.add(Kind.IMAGE, fullName(image), "pull");
        return true;
    }

    @Override
    public void run(ContainerImage image, List<Bind> binds, List<String> command, Duration deadline) {
        StringBuilder action = new StringBuilder("run ").append(String.join(" ", command));
        for (Bind bind : binds) {
            action.append(bind.isReadOnly() ? ", reading " : ", writing to ").append(bind.source());
        }
        notes.add(Kind.TOOLS, fullName(image), action.toString());
    }

    @Override
    public Optional<String> httpProxy() throws IOException, InterruptedException {
        return real.httpProxy();
    }
}
