package io.neco.setup;

import io.neco.artifact.ContainerImage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What setup asks of the container engine. */
public interface ImageTools {
    /** The name the engine knows an image by. */
    String fullName(ContainerImage image);

    /** Fails unless the engine answers. */
    void requireEngine() throws IOException, InterruptedException;

    /** Pulls an image unless it is there. */
    void pull(ContainerImage image) throws IOException, InterruptedException;

    /** Pulls an image unless it is there, and gives up at a deadline. */
    void pull(ContainerImage image, Duration deadline) throws IOException, InterruptedException;

    /** Runs a command of an image as root, with a directory of the host mounted. */
    void run(ContainerImage image, String hostDirectory, String mountedAt, List<String> command)
            throws IOException, InterruptedException;

    /** Sends a signal, such as {@code HUP}, to the first process of a running container. */
    void signal(String container, String signal) throws IOException, InterruptedException;
}
