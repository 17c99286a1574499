package io.neco.program;

import java.util.List;

/**
 * The part of a container's unit file that all of them have: a container left over is removed, then a new one runs in the foreground.
 *
 * <p>Source: progs/ at 1eec387.
 */
public final class ContainerUnit {
    private ContainerUnit() {}

    /**
     * The lines {@code ExecStartPre} and {@code ExecStart}.
     *
     * @param name the container's name
     * @param options lines of options of {@code docker run}, in order
     * @param command the image's full name, and arguments if any
     */
    public static String run(String name, List<String> options, String command) {
        StringBuilder text = new StringBuilder("ExecStartPre=-/usr/bin/docker kill ")
                .append(name)
                .append("\nExecStartPre=-/usr/bin/docker rm ")
                .append(name)
                .append("\nExecStart=/usr/bin/docker run --name=")
                .append(name)
                .append(" --rm \\\n");
        for (String line : options) {
            text.append("  ").append(line).append(" \\\n");
        }
        return text.append("  ").append(command).append('\n').toString();
    }
}
