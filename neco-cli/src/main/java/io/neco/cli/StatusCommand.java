package io.neco.cli;

import io.neco.setup.InstalledCertificate;
import io.neco.store.NecoReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code neco status}; source: pkg/neco/cmd/status.go at 1eec387. */
@Command(
        description = {
            "Shows how the update of the boot servers stands. With --exit-code or --watch the exit status tells it: 0 completed or",
            "clear, 3 running, 4 aborted or stopped. Without them it is 0 whenever the status could be read."
        })
final class StatusCommand implements NecoCommand {
    private final Surroundings surroundings;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            completionCandidates = OptionValues.StatusForms.class,
            description = "the form of the output: text (default), table, json or yaml")
    private String output = "";

    @Option(names = "--exit-code", description = "tell the state by the exit status")
    private boolean isExitCode;

    @Option(
            names = {"-w", "--watch"},
            description =
                    "show progress until the running update ends; if there is none, or it is completed, the next one's")
    private boolean isWatch;

    @Option(
            names = "--until",
            paramLabel = "VERSION",
            description = "with --watch: until the update to VERSION is completed, aborted or stopped")
    private @Nullable String until;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "with --watch: give up after DURATION, e.g. 10m, with the state so far")
    private @Nullable String timeout;

    StatusCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        StatusFormat format = StatusFormat.of(output.isEmpty() ? (isWatch ? "table" : "text") : output);
        if (isWatch) {
            Optional<Duration> limit = Optional.ofNullable(timeout).map(given -> TimeLimit.parse("--timeout", given));
            return new StatusWatch(surroundings, format, Optional.ofNullable(until), limit).run();
        }
        if (until != null || timeout != null) {
            throw new UsageException("--until and --timeout need --watch");
        }
        try (NecoReader reader = surroundings.cluster().read()) {
            StatusView view = StatusView.of(reader.snapshot());
            Instant now = surroundings.clock().instant();
            CertificateReport expiring =
                    CertificateReport.ofExpiring(InstalledCertificate.all(surroundings.files()), now);
            surroundings.out().print(format.render(view, now, expiring));
            surroundings.out().flush();
            expiring.warnings().forEach(surroundings.err()::println);
            return isExitCode ? view.state().exitCode() : ExitCode.OK;
        }
    }
}
