package io.neco.container;

/**
 * A directory of the host inside a container.
 *
 * @param source absolute path on the host
 * @param destination absolute path in the container
 * @param isReadOnly whether the container may only read it
 */
public record Bind(String source, String destination, boolean isReadOnly) {

    /** A directory the container may write to. */
    public static Bind writable(String source, String destination) {
        return new Bind(source, destination, false);
    }
}
