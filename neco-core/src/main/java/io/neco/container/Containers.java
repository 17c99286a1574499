package io.neco.container;

import io.neco.artifact.ContainerImage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What update steps ask of this host's container engine; {@link ContainerRuntime} on a real one. */
public interface Containers {

    /** The name the engine knows an image by: private images have their suffix everywhere but in test data centres. */
    String fullName(ContainerImage image);

    /** Whether the image is on this host. */
    boolean isPresent(ContainerImage image) throws IOException, InterruptedException;

    /**
     * Pulls an image unless it is there, in up to three attempts; a registry that cannot be reached is waited for up to a minute.
     *
     * @param deadline for all attempts and the pauses between them
     * @return whether it had to be pulled
     * @throws ContainerException when no attempt succeeds; the message names image, registry and cause, and what to do
     */
    boolean pull(ContainerImage image, Duration deadline) throws IOException, InterruptedException;

    /**
     * Runs a command in a new container of an image and removes the container afterwards: user root, no entry point, never pulls.
     *
     * @param binds directories of the host inside the container
     * @param command program and arguments
     * @param deadline how long it may run before it is killed
     * @throws ContainerException when the image is not on this host, or the exit status is not 0; the message has the last words of
     *     the command
     */
    void run(ContainerImage image, List<Bind> binds, List<String> command, Duration deadline)
            throws IOException, InterruptedException;

    /** The HTTP proxy the engine uses for pulls; empty when none. */
    Optional<String> httpProxy() throws IOException, InterruptedException;
}
