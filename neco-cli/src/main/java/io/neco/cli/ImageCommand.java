package io.neco.cli;

import io.neco.artifact.ArtifactSet;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco image}: the full name of an image of this release; source: pkg/neco/cmd/image.go at 1eec387. */
@Command(description = "Shows REPOSITORY:TAG of an image of this release's artifact set.")
final class ImageCommand implements NecoCommand {
    private final Surroundings surroundings;

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            description = "name in the artifact set, e.g. etcd",
            completionCandidates = ImageNames.class)
    private List<String> parameters = new ArrayList<>();

    ImageCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() {
        String name = Arguments.one(parameters);
        surroundings.out().println(ArtifactSet.builtIn().image(name).fullName());
        return ExitCode.OK;
    }
}
