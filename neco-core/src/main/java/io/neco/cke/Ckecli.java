package io.neco.cke;

import io.neco.artifact.ContainerImage;
import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.host.HostPaths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * CKE's own tool, {@code ckecli}: the way to give things to CKE. It reads {@code /etc/cke/config.yml} and stores in etcd.
 *
 * <p>Source: progs/cke/ at 1eec387.
 */
public final class Ckecli {
    private static final String BINARY = HostPaths.CKECLI;
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9._/-]+:[A-Za-z0-9._-]+");

    private final CommandRunner commands;

    /** @param commands runs it */
    public Ckecli(CommandRunner commands) {
        this.commands = commands;
    }

    /**
     * The images this CKE runs its cluster with.
     *
     * @throws IOException when it cannot be run, fails, or prints anything but one image a line
     */
    public List<ContainerImage> images() throws IOException, InterruptedException {
        CommandResult result = run(Command.of(BINARY, "images").silent().asking());
        String text = result.stdout();
        List<ContainerImage> images = new ArrayList<>();
        for (String line : text.isEmpty() ? List.<String>of() : text.lines().toList()) {
            try {
                if (!IMAGE.matcher(line).matches()) {
                    throw new IllegalArgumentException("invalid image name: " + line);
                }
                images.add(ContainerImage.parse(line));
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        "`" + BINARY + " images` printed something else than images, one REPOSITORY:TAG a line: "
                                + e.getMessage(),
                        e);
            }
        }
        return images;
    }

    /** Makes CKE keep the cluster of a template, see {@link ClusterTemplate}. */
    public void setTemplate(Path file) throws IOException, InterruptedException {
        run(Command.of(BINARY, "sabakan", "set-template", file.toString()));
    }

    /** Makes CKE keep the resources of a YAML text with one or more documents, see {@link ResourceTemplate}. */
    public void setResources(String yaml) throws IOException, InterruptedException {
        run(Command.of(BINARY, "resource", "set", "-").withStdin(yaml));
    }

    /**
     * The nodes of the cluster CKE keeps.
     *
     * @throws IOException when it cannot be run, fails, or prints something else than a cluster
     */
    public List<CkeNode> nodes() throws IOException, InterruptedException {
        CommandResult result = run(Command.of(BINARY, "cluster", "get").silent().asking());
        return CkeNode.ofCluster(result.stdout(), "what `" + BINARY + " cluster get` printed");
    }

    /**
     * Has CKE reboot nodes, one batch after the other, each after its pods have left.
     *
     * @param addresses of the nodes of one batch
     * @return what it printed
     */
    public String queueReboot(List<String> addresses) throws IOException, InterruptedException {
        return run(Command.of(BINARY, "reboot-queue", "add", "-").withStdin(String.join("\n", addresses)))
                .stdout();
    }

    /**
     * Runs a command on a node as its administrator.
     *
     * @param address of the node
     * @param remote program and arguments
     * @param deadline how long it may run
     * @return its result, whatever the exit status
     */
    public CommandResult ssh(String address, List<String> remote, Duration deadline)
            throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of(BINARY, "ssh", address));
        argv.addAll(remote);
        return start(Command.of(argv).within(deadline));
    }

    private CommandResult run(Command command) throws IOException, InterruptedException {
        return start(command.within(DEADLINE)).orThrow();
    }

    private CommandResult start(Command command) throws IOException, InterruptedException {
        try {
            return commands.run(command);
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).startsWith("Cannot run program")) {
                throw new IOException(
                        BINARY + " cannot be run (" + e.getMessage() + "); is CKE installed on this boot server?", e);
            }
            throw e;
        }
    }
}
