package io.neco.container;

import io.neco.artifact.ContainerImage;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Container images and containers of this host; source: docker.go at 1eec387. The Docker engine is spoken to by its API, the docker
 * command is not used.
 *
 * <p>Safe for use by several threads. Making one costs nothing: the engine is connected to by the first call that needs it.
 */
public final class ContainerRuntime implements Containers, AutoCloseable {
    /** Where the local engine listens. */
    public static final String SOCKET = "/var/run/docker.sock";
    /** How long one pull may take unless the caller says otherwise, attempts and pauses included. */
    public static final Duration PULL_DEADLINE = Duration.ofMinutes(30);

    private static final Logger log = LoggerFactory.getLogger(ContainerRuntime.class);

    private final Path socket;
    private final HostFiles files;
    private final Site site;
    private final RegistryCredentials credentials;
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable DockerEngine engine;

    /**
     * @param socket where the engine listens
     * @param files the host's files; {@code /etc/neco/dctest} among them decides how private images are called
     * @param site the site's settings
     * @param credentials what registries are shown
     */
    public ContainerRuntime(Path socket, HostFiles files, Site site, RegistryCredentials credentials) {
        this.socket = socket;
        this.files = files;
        this.site = site;
        this.credentials = credentials;
    }

    /** The engine of this host, with the logins of root's docker client. */
    public static ContainerRuntime local(HostFiles files, Site site) {
        return new ContainerRuntime(Path.of(SOCKET), files, site, RegistryCredentials.ofDockerClient(files));
    }

    @Override
    public String fullName(ContainerImage image) {
        return fullName(image, files, site);
    }

    /** The name an image has on a host: private ones have their suffix everywhere but in test data centres. */
    public static String fullName(ContainerImage image, HostFiles files, Site site) {
        return image.fullName(!files.exists(HostPaths.DCTEST_FILE), site.privateImageSuffix());
    }

    @Override
    public boolean isPresent(ContainerImage image) throws IOException, InterruptedException {
        return engine().hasImage(fullName(image));
    }

    /** Pulls an image within {@link #PULL_DEADLINE}; see {@link #pull(ContainerImage, Duration)}. */
    public boolean pull(ContainerImage image) throws IOException, InterruptedException {
        return pull(image, PULL_DEADLINE);
    }

    @Override
    public boolean pull(ContainerImage image, Duration deadline) throws IOException, InterruptedException {
        String name = fullName(image);
        long begin = System.nanoTime();
        long firstFailure = 0;
        for (int attempt = 1; ; attempt++) {
            Optional<Duration> pause;
            try {
                if (engine().hasImage(name)) {
                    return false;
                }
                engine().pull(name, credentials.find(image, name), deadline.minusNanos(System.nanoTime() - begin));
                log.atInfo()
                        .addKeyValue("image", name)
                        .addKeyValue("response_time", (System.nanoTime() - begin) / 1e9)
                        .log("docker: pulled a container image");
                return true;
            } catch (IOException e) {
                log.atWarn()
                        .addKeyValue("image", name)
                        .addKeyValue("attempt", attempt)
                        .addKeyValue("error", PullFailure.reason(name, e))
                        .log("docker: failed to pull a container image");
                long now = System.nanoTime();
                firstFailure = attempt == 1 ? now : firstFailure;
                pause = PullRetry.pauseAfter(
                        attempt,
                        Duration.ofNanos(now - firstFailure),
                        Duration.ofNanos(now - begin),
                        deadline,
                        String.valueOf(e.getMessage()));
                if (pause.isEmpty()) {
                    throw PullFailure.of(name, attempt, e);
                }
            }
            if (closed.await(pause.get().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ContainerException("cannot pull image " + name + ": the container runtime was closed");
            }
        }
    }

    @Override
    public void run(ContainerImage image, List<Bind> binds, List<String> command, Duration deadline)
            throws IOException, InterruptedException {
        String name = fullName(image);
        long begin = System.nanoTime();
        DockerEngine.Ended ended = engine().run(name, binds, command, deadline);
        if (ended.exitCode() != 0) {
            throw new ContainerException("`" + String.join(" ", command) + "` in a container of " + name
                    + " failed with exit status " + ended.exitCode()
                    + (ended.output().isBlank() ? "" : ": " + ended.output().strip()));
        }
        log.atInfo()
                .addKeyValue("image", name)
                .addKeyValue("args", command)
                .addKeyValue("response_time", (System.nanoTime() - begin) / 1e9)
                .log("docker: ran a command in a container");
    }

    /**
     * Runs a privileged command in a running container.
     *
     * @param container the container's name, e.g. {@code setup-hw}
     * @param command program and arguments
     * @param stdio where it reads from and writes to
     * @param deadline how long to wait for its end
     * @return its exit status
     */
    public int exec(String container, List<String> command, Stdio stdio, Duration deadline)
            throws IOException, InterruptedException {
        return engine().exec(container, true, command, stdio, deadline);
    }

    /**
     * Sends a signal to the first process of a running container.
     *
     * @param container the container's name, e.g. {@code vault}
     * @param signal the signal's name without {@code SIG}, e.g. {@code HUP}
     * @throws IOException if there is no such container, or it does not run
     */
    public void signal(String container, String signal) throws IOException, InterruptedException {
        engine().signal(container, signal);
    }

    /** Whether a container of the image is running. */
    public boolean isRunning(ContainerImage image) throws IOException, InterruptedException {
        return engine().runningImages().contains(fullName(image));
    }

    @Override
    public Optional<String> httpProxy() throws IOException, InterruptedException {
        return engine().httpProxy();
    }

    /** Ends what is going on and gives the connection up. */
    @Override
    public void close() {
        closed.countDown();
        synchronized (this) {
            if (engine != null) {
                engine.close();
                engine = null;
            }
        }
    }

    private synchronized DockerEngine engine() throws ContainerException {
        if (closed.getCount() == 0) {
            throw new ContainerException("the container runtime was closed");
        }
        if (engine == null) {
            engine = new DockerEngine(socket);
        }
        return engine;
    }
}
