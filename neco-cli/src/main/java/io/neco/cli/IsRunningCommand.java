package io.neco.cli;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import io.neco.container.ContainerRuntime;
import io.neco.container.RegistryCredentials;
import io.neco.host.HostFiles;
import io.neco.host.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco is-running}; source: pkg/neco/cmd/is_running.go at 1eec387. The proxy setting, which it reads in vain, is not needed. */
@Command(
        description = {
            "Tells whether a container of this release's IMAGE is running on this host: prints `running` and exits with 0, or prints",
            "`not running` and exits with 1. Anything else that happens exits with 2."
        })
final class IsRunningCommand implements OwnErrors {
    static final int NOT_RUNNING = 1;
    static final int FAILED = 2;

    private final Surroundings surroundings;
    private final Path engine;

    @Parameters(
            arity = "0..*",
            paramLabel = "IMAGE",
            completionCandidates = ImageNames.class,
            description = "name in the artifact set, e.g. etcd")
    private List<String> parameters = new ArrayList<>();

    IsRunningCommand(Surroundings surroundings) {
        this(surroundings, Path.of(ContainerRuntime.SOCKET));
    }

    /** @param engine where the Docker engine listens that is asked */
    IsRunningCommand(Surroundings surroundings, Path engine) {
        this.surroundings = surroundings;
        this.engine = engine;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        String name = Arguments.one(parameters);
        ContainerImage image = ArtifactSet.builtIn().image(name);
        HostFiles files = surroundings.files();
        try (ContainerRuntime docker = new ContainerRuntime(
                engine, files, Site.load(surroundings.root()), RegistryCredentials.ofDockerClient(files))) {
            boolean isRunning = docker.isRunning(image);
            surroundings.out().println(isRunning ? "running" : "not running");
            return isRunning ? ExitCode.OK : NOT_RUNNING;
        }
    }

    @Override
    public int failed(Exception error) {
        surroundings.err().println("unexpected error: " + LeafRunner.message(error));
        return FAILED;
    }
}
