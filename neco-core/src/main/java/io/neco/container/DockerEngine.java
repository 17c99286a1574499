package io.neco.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerResponse;
import com.github.dockerjava.api.command.ExecStartCmd;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.StreamType;
import com.github.dockerjava.api.model.WaitResponse;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The local Docker engine by docker-java; every call has a deadline and ends when its thread is interrupted. */
final class DockerEngine implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DockerEngine.class);
    private static final Duration CALL_DEADLINE = Duration.ofSeconds(30);
    private static final String NO_CONFIGURATION = "/nonexistent";
    /** On the containers of tools: the process that removes them when they have ended. */
    static final String OWNER_LABEL = "io.neco.owner-pid";

    private static final int LAST_WORDS = 2000;

    private final Path socket;
    private final DockerHttpClient transport;
    private final DockerClient client;
    private final AtomicInteger threads = new AtomicInteger();
    private final ExecutorService calls = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "docker-" + threads.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    /** How a command in a container ended. */
    record Ended(long exitCode, String output) {}

    DockerEngine(Path socket) {
        this.socket = socket;
        DockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix://" + socket)
                .withDockerTlsVerify(false)
                // what root's docker client is set to is of no use here, and if it is damaged, the library says so in
                // words that help nobody; RegistryCredentials reads the logins
                .withDockerConfig(NO_CONFIGURATION)
                .build();
        this.transport = new ApacheDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .connectionTimeout(Duration.ofSeconds(5))
                .build();
        this.client = DockerClientImpl.getInstance(config, transport);
    }

    boolean hasImage(String name) throws IOException, InterruptedException {
        return call("look for image " + name, CALL_DEADLINE, () -> {
            try {
                client.inspectImageCmd(name).exec();
                return true;
            } catch (NotFoundException e) {
                return false;
            }
        });
    }

    void pull(String name, Optional<RegistryCredential> credential, Duration deadline)
            throws IOException, InterruptedException {
        PullImageCmd command = client.pullImageCmd(name);
        credential.ifPresent(c -> command.withAuthConfig(authConfig(c, RegistryCredentials.registryOf(name))));
        PullProgress progress = new PullProgress(name);
        call("pull image " + name, deadline, () -> {
            try (PullProgress running = command.exec(progress)) {
                running.await();
            }
            return true;
        });
        if (!progress.error().isEmpty()) {
            throw new EngineErrorException(progress.error());
        }
        if (!hasImage(name)) {
            throw new EngineErrorException("the engine ended the pull early, the image is not there");
        }
    }

    Ended run(String image, List<Bind> binds, List<String> command, Duration deadline)
            throws IOException, InterruptedException {
        HostConfig host = HostConfig.newHostConfig()
                .withBinds(binds.stream()
                        .map(b -> com.github.dockerjava.api.model.Bind.parse(
                                b.source() + ":" + b.destination() + (b.isReadOnly() ? ":ro" : "")))
                        .toList());
        String what = "run `" + String.join(" ", command) + "` in a container of " + image;
        removeAbandoned();
        CreateContainerResponse created = call(
                what,
                CALL_DEADLINE,
                () -> client.createContainerCmd(image)
                        .withUser("root:root")
                        .withLabels(Map.of(
                                OWNER_LABEL,
                                Long.toString(ProcessHandle.current().pid())))
                        .withEntrypoint("")
                        .withCmd(command)
                        .withHostConfig(host)
                        .exec());
        try {
            return call(what, deadline, () -> {
                client.startContainerCmd(created.getId()).exec();
                Exit exit = new Exit();
                try (Exit waiting = client.waitContainerCmd(created.getId()).exec(exit)) {
                    waiting.await();
                }
                Output output = new Output(null);
                try (Output reading = client.logContainerCmd(created.getId())
                        .withStdOut(true)
                        .withStdErr(true)
                        .withTail(50)
                        .exec(output)) {
                    reading.await();
                }
                return new Ended(exit.code(), output.lastWords());
            });
        } finally {
            remove(created.getId());
        }
    }

    int exec(String container, boolean isPrivileged, List<String> command, Stdio stdio, Duration deadline)
            throws IOException, InterruptedException {
        return call("run `" + String.join(" ", command) + "` in container " + container, deadline, () -> {
            String id = client.execCreateCmd(container)
                    .withPrivileged(isPrivileged)
                    .withAttachStdin(stdio.in().isPresent())
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .withTty(stdio.isTerminal())
                    .withCmd(command.toArray(new String[0]))
                    .exec()
                    .getId();
            ExecStartCmd start = client.execStartCmd(id).withDetach(false).withTty(stdio.isTerminal());
            stdio.in().ifPresent(start::withStdIn);
            Output output = new Output(stdio);
            try (Output running = start.exec(output)) {
                running.await();
            }
            Long code = client.inspectExecCmd(id).exec().getExitCodeLong();
            if (code == null) {
                throw new ContainerException("the engine does not tell the exit status");
            }
            return code.intValue();
        });
    }

    void signal(String container, String signal) throws IOException, InterruptedException {
        call("send signal " + signal + " to container " + container, CALL_DEADLINE, () -> {
            client.killContainerCmd(container).withSignal(signal).exec();
            return true;
        });
    }

    Set<String> runningImages() throws IOException, InterruptedException {
        List<Container> containers = call(
                "list containers",
                CALL_DEADLINE,
                () -> client.listContainersCmd().exec());
        return containers.stream().map(Container::getImage).collect(Collectors.toSet());
    }

    Optional<String> httpProxy() throws IOException, InterruptedException {
        String proxy = call(
                "ask for the engine's proxy",
                CALL_DEADLINE,
                () -> Optional.ofNullable(client.infoCmd().exec().getHttpProxy())
                        .orElse(""));
        return proxy.isBlank() ? Optional.empty() : Optional.of(proxy.strip());
    }

    @Override
    public void close() {
        calls.shutdownNow();
        try {
            client.close();
            transport.close();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("docker: failed to close the connection");
        }
    }

    /** Removes containers of tools that have ended, or were never started, whose process was killed before it could. */
    private void removeAbandoned() throws InterruptedException {
        try {
            List<Container> ended = call(
                    "list the containers of tools that have ended",
                    CALL_DEADLINE,
                    () -> client.listContainersCmd()
                            .withShowAll(true)
                            .withLabelFilter(List.of(OWNER_LABEL))
                            .withStatusFilter(List.of("created", "exited", "dead"))
                            .exec());
            for (Container container : ended) {
                String owner = container.getLabels().getOrDefault(OWNER_LABEL, "");
                if (owner.matches("\\d{1,9}")
                        && ProcessHandle.of(Long.parseLong(owner)).isEmpty()) {
                    remove(container.getId());
                }
            }
        } catch (IOException e) {
            // they are in nobody's way; what is wrong with the engine is told by what was asked for
            log.atDebug().addKeyValue("error", e.getMessage()).log("docker: failed to look for abandoned containers");
        }
    }

    private void remove(String container) {
        boolean wasInterrupted = Thread.interrupted();
        try {
            call("remove container " + container, CALL_DEADLINE, () -> {
                client.removeContainerCmd(container)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
                return true;
            });
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("container", container)
                    .addKeyValue("error", e.getMessage())
                    .log("docker: failed to remove a container");
        } catch (InterruptedException e) {
            wasInterrupted = true;
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does something on another thread, so that a mute engine can neither outlast the deadline nor ignore an interrupt. */
    private <T> T call(String what, Duration deadline, Callable<T> call) throws IOException, InterruptedException {
        Future<T> future = calls.submit(call);
        try {
            return future.get(Math.max(0, deadline.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ContainerException("cannot " + what + ": not done within " + deadline.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw failure(what, Objects.requireNonNullElse(e.getCause(), e));
        } finally {
            future.cancel(true);
        }
    }

    private IOException failure(String what, Throwable cause) {
        if (cause instanceof DockerException docker) {
            return new EngineErrorException("cannot " + what + ": " + DockerMessage.of(docker.getMessage()), docker);
        }
        if (cause instanceof ContainerException container) {
            return container;
        }
        if (!Files.exists(socket)) {
            return new ContainerException(
                    "cannot " + what + ": " + socket
                            + " does not exist; is docker installed and running (`systemctl status docker`)?",
                    cause);
        }
        if (cause instanceof IOException || cause.getCause() instanceof IOException) {
            Throwable io = cause instanceof IOException || cause.getCause() == null ? cause : cause.getCause();
            return new ContainerException(
                    "cannot " + what + ": no answer from the docker engine at " + socket + " ("
                            + (io.getMessage() == null ? io.getClass().getSimpleName() : io.getMessage())
                            + "); is it running (`systemctl status docker`)?",
                    cause);
        }
        if (cause instanceof InterruptedException) {
            return new ContainerException("cannot " + what + ": the container runtime was closed", cause);
        }
        return new ContainerException("cannot " + what + ": " + cause, cause);
    }

    private static AuthConfig authConfig(RegistryCredential credential, String registry) {
        AuthConfig auth = new AuthConfig().withRegistryAddress(registry);
        return credential.identityToken().isEmpty()
                ? auth.withUsername(credential.username()).withPassword(credential.password())
                : auth.withIdentityToken(credential.identityToken());
    }

    private static final class Exit extends StreamCallback<WaitResponse> {
        private final AtomicInteger code = new AtomicInteger(-1);

        @Override
        public void onNext(WaitResponse answer) {
            code.set(answer.getStatusCode());
        }

        long code() {
            return code.get();
        }
    }

    /** Passes a command's output on, or keeps its last words. */
    private static final class Output extends StreamCallback<Frame> {
        private final @Nullable Stdio stdio;
        private final StringBuilder kept = new StringBuilder();

        Output(@Nullable Stdio stdio) {
            this.stdio = stdio;
        }

        @Override
        public synchronized void onNext(Frame frame) {
            if (stdio == null) {
                kept.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                if (kept.length() > 2 * LAST_WORDS) {
                    kept.delete(0, kept.length() - LAST_WORDS);
                }
                return;
            }
            OutputStream target = frame.getStreamType() == StreamType.STDERR ? stdio.err() : stdio.out();
            try {
                target.write(frame.getPayload());
                target.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot pass on the output of a command", e);
            }
        }

        synchronized String lastWords() {
            return kept.length() > LAST_WORDS ? kept.substring(kept.length() - LAST_WORDS) : kept.toString();
        }
    }

    /** The engine wraps its messages into JSON, and docker-java puts the status before it. */
    static final class DockerMessage {
        private DockerMessage() {}

        static String of(@Nullable String text) {
            if (text == null) {
                return "no reason given";
            }
            int begin = text.indexOf("{\"message\":\"");
            int end = text.lastIndexOf("\"}");
            return begin >= 0 && end > begin
                    ? text.substring(begin + "{\"message\":\"".length(), end)
                            .replace("\\\"", "\"")
                            .replace("\\n", " ")
                            .strip()
                    : text.strip();
        }
    }
}
