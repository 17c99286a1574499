package io.neco.cli;

import io.neco.setup.InstalledCertificate;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code neco cert list}, which the reference does not have; see docs/certificates.md. */
@Command(
        description = {
            "Shows every certificate of this boot server: whom it is for, and when it ends. The exit status is 5 when one has",
            "expired, cannot be read, or ends within the given number of days, else 0."
        })
final class CertListCommand implements NecoCommand {
    private final Surroundings surroundings;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            completionCandidates = OptionValues.ListForms.class,
            description = "text (default), json or yaml")
    private String output = "text";

    @Option(names = "--within", paramLabel = "DAYS", description = "how long certificates should last; 30 (default)")
    private String within = String.valueOf(InstalledCertificate.SOON.toDays());

    CertListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        Duration enough = days(within);
        Instant now = surroundings.clock().instant();
        List<InstalledCertificate> certificates = InstalledCertificate.allWithKeys(surroundings.files());
        CertificateReport report = new CertificateReport(certificates, now, enough);
        surroundings
                .out()
                .print(
                        switch (output) {
                            case "text" -> report.text();
                            case "json" -> report.json();
                            case "yaml" -> report.yaml();
                            default ->
                                throw new UsageException(
                                        "--output " + output + " is unknown; choose text, json or yaml");
                        });
        boolean areAllValid =
                certificates.stream().allMatch(c -> c.state(now, enough) == InstalledCertificate.State.VALID);
        return areAllValid ? ExitCode.OK : ExitCode.EXPIRING;
    }

    private static Duration days(String text) {
        try {
            long days = Long.parseLong(text);
            if (days >= 0 && days <= Integer.MAX_VALUE) {
                return Duration.ofDays(days);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new UsageException("--within " + text + " is no number of days; give 0 or more, e.g. 30");
    }
}
