package io.neco.setup;

import io.neco.artifact.ContainerImage;
import io.neco.container.Bind;
import io.neco.container.ContainerRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The host's Docker engine. */
public final class DockerTools implements ImageTools {
    private static final Duration RUN_DEADLINE = Duration.ofMinutes(2);

    private final ContainerRuntime docker;

    /** @param docker stays the caller's */
    public DockerTools(ContainerRuntime docker) {
        this.docker = docker;
    }

    @Override
    public String fullName(ContainerImage image) {
        return docker.fullName(image);
    }

    @Override
    public void requireEngine() throws IOException, InterruptedException {
        docker.isPresent(new ContainerImage("none", "neco.invalid/none", "none", false));
    }

    @Override
    public void pull(ContainerImage image) throws IOException, InterruptedException {
        docker.pull(image);
    }

    @Override
    public void pull(ContainerImage image, Duration deadline) throws IOException, InterruptedException {
        docker.pull(image, deadline);
    }

    @Override
    public void run(ContainerImage image, String hostDirectory, String mountedAt, List<String> command)
            throws IOException, InterruptedException {
        docker.run(image, List.of(Bind.writable(hostDirectory, mountedAt)), command, RUN_DEADLINE);
    }

    @Override
    public void signal(String container, String signal) throws IOException, InterruptedException {
        docker.signal(container, signal);
    }
}
