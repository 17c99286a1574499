package io.neco.tools.artifacts;

import io.neco.artifact.ArtifactSet;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.http.HttpClients;
import io.neco.http.OsTrustStore;
import io.neco.http.Retry;
import io.neco.http.WebClient;
import io.neco.tools.Tool;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code generate-artifacts}; see docs/generate-artifacts.md. Source: pkg/generate-artifacts at 1eec387. */
@Command(
        name = "generate-artifacts",
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Looks the newest versions of the artifact set's images, Debian packages and operating system up, and writes the set with "
                    + "them to standard output. Pre-releases and ignored versions are passed over."
        },
        footer = {
            "",
            "GITHUB_TOKEN, if set, is shown to the release server; HTTPS_PROXY and NO_PROXY are respected.",
            "Status: 0 done; 1 (--check) the set is outdated; 2 failed."
        })
public final class GenerateArtifacts implements Callable<Integer> {
    private static final int OUTDATED = 1;
    private static final int FAILED = 2;
    private static final String DEFAULT_IGNORE_FILE = "artifacts_ignore.yaml";

    /** What becomes of the new set; one of them at most. */
    private static final class Fate {
        @Option(
                names = "--check",
                description =
                        "write nothing, but tell what is newer than in the set, and exit with status 1 if anything is")
        private boolean isCheck;

        @Option(names = "--write", description = "replace the file of --set")
        private boolean isWrite;
    }

    private final Map<String, String> environment;
    private final Retry retry;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--set",
            paramLabel = "FILE",
            description =
                    "the artifact set whose versions are brought up to date (default: the one these programs were built with)")
    private @Nullable Path set;

    @Option(
            names = "--release",
            description =
                    "images keep to the major version they have in the set, as the next release of the same product must")
    private boolean isRelease;

    @Option(
            names = "--ignore-file",
            paramLabel = "FILE",
            description = "versions to pass over (default: " + DEFAULT_IGNORE_FILE + ", if there is one)")
    private @Nullable Path ignoreFile;

    @ArgGroup
    private Fate fate = new Fate();

    @Option(
            names = "--github-api",
            paramLabel = "URL",
            defaultValue = "https://api.github.com",
            description = "base address of the release server's API (default: ${DEFAULT-VALUE})")
    private URI gitHubApi = URI.create("");

    @Option(
            names = "--os-feed",
            paramLabel = "URL",
            defaultValue = "https://www.flatcar-linux.org/releases-json/releases-CHANNEL.json",
            description = "feed of operating system releases; CHANNEL is replaced (default: ${DEFAULT-VALUE})")
    private String osFeed = "";

    /**
     * The program with everything given.
     *
     * @param environment where {@code GITHUB_TOKEN} and proxies are looked up
     * @param retry how failures that may pass are met
     */
    GenerateArtifacts(Map<String, String> environment, Retry retry) {
        this.environment = Map.copyOf(environment);
        this.retry = retry;
    }

    /** Entry point. */
    public static void main(String[] arguments) {
        new Tool(new GenerateArtifacts(System.getenv(), Retry.standard()), FAILED).runAndExit(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var line = java.util.Objects.requireNonNull(spec, "picocli sets it").commandLine();
        if (fate.isWrite && set == null) {
            throw new IllegalArgumentException("--write needs --set, the file to replace");
        }
        ArtifactSet current = set == null ? ArtifactSet.builtIn() : ArtifactSet.load(set);
        IgnoredVersions ignored = ignored();
        for (String stranger : ignored.strangers(current)) {
            line.getErr()
                    .println("generate-artifacts: warning: the ignore file has an entry for " + stranger
                            + ", which is not in the set");
        }
        ArtifactSet newest;
        HttpClients clients = new HttpClients(new OsTrustStore(), environment);
        Optional<String> token = HttpClients.token(
                environment.getOrDefault("GITHUB_TOKEN", ""), "the environment variable GITHUB_TOKEN");
        try (WebClient client = clients.proxied(Optional.empty());
                WebClient gitHub = clients.gitHub(Optional.empty(), token, gitHubApi)) {
            newest = new UpstreamVersions(client, gitHub, gitHubApi, osFeed, retry).newest(current, ignored, isRelease);
        }
        List<String> differences = ArtifactSetText.differences(current, newest);
        if (fate.isCheck) {
            differences.forEach(line.getOut()::println);
            return differences.isEmpty() ? 0 : OUTDATED;
        }
        if (fate.isWrite) {
            Path file = java.util.Objects.requireNonNull(set, "checked above").toAbsolutePath();
            new HostFiles(HostRoot.system())
                    .write(file.toString(), ArtifactSetText.of(newest), FileMode.WORLD_READABLE);
            differences.forEach(line.getOut()::println);
        } else {
            line.getOut().print(ArtifactSetText.of(newest));
        }
        return 0;
    }

    private IgnoredVersions ignored() throws IOException {
        if (ignoreFile != null) {
            if (!Files.exists(ignoreFile)) {
                throw new IOException("the ignore file " + ignoreFile + " does not exist");
            }
            return IgnoredVersions.load(ignoreFile);
        }
        Path usual = Path.of(DEFAULT_IGNORE_FILE);
        return Files.exists(usual) ? IgnoredVersions.load(usual) : IgnoredVersions.NONE;
    }
}
