package io.neco.cli;

import io.neco.setup.InstalledCertificate;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Certificates, for people and for programs; the members are listed in docs/certificates.md.
 *
 * @param certificates what is told of
 * @param now the time
 * @param within how long they should last
 */
record CertificateReport(List<InstalledCertificate> certificates, Instant now, Duration within) {
    private static final String[] HEADER = {"NAME", "FILE", "SUBJECT", "NAMES", "EXPIRES", "DAYS", "STATE"};

    CertificateReport {
        certificates = List.copyOf(certificates);
    }

    /** Those that have ended or will soon, by the usual thirty days; what cannot be read is not among them. */
    static CertificateReport ofExpiring(List<InstalledCertificate> certificates, Instant now) {
        Duration soon = InstalledCertificate.SOON;
        return new CertificateReport(
                certificates.stream()
                        .filter(c -> c.state(now, soon) == InstalledCertificate.State.EXPIRING
                                || c.state(now, soon) == InstalledCertificate.State.EXPIRED)
                        .toList(),
                now,
                soon);
    }

    String text() {
        if (certificates.isEmpty()) {
            return "this server has no certificates yet; `neco setup` or `neco join` makes them\n";
        }
        List<String[]> rows = new ArrayList<>();
        rows.add(HEADER);
        certificates.forEach(certificate -> rows.add(row(certificate)));
        return TextTable.of(rows);
    }

    private String[] row(InstalledCertificate certificate) {
        String state = certificate.state(now, within).text();
        if (certificate.content() instanceof InstalledCertificate.Content.Said said) {
            return new String[] {
                certificate.name(),
                certificate.file(),
                said.subject(),
                said.names().isEmpty() ? "-" : String.join(",", said.names()),
                DateTimeFormatter.ISO_INSTANT.format(said.notAfter().truncatedTo(ChronoUnit.SECONDS)),
                certificate.daysLeft(now).map(String::valueOf).orElse("-"),
                state
            };
        }
        String reason = ((InstalledCertificate.Content.Unreadable) certificate.content()).reason();
        return new String[] {certificate.name(), certificate.file(), "-", "-", "-", "-", state + ": " + reason};
    }

    String json() {
        StringBuilder out = new StringBuilder();
        PlainJson.write(out, document(), 0);
        return out.append('\n').toString();
    }

    String yaml() {
        StringBuilder out = new StringBuilder();
        PlainYaml.write(out, document());
        return out.toString();
    }

    private Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("certificates", items());
        return document;
    }

    /** One map per certificate. */
    List<Object> items() {
        List<Object> items = new ArrayList<>();
        for (InstalledCertificate certificate : certificates) {
            Map<String, Object> item = new LinkedHashMap<>();
            item.put("name", certificate.name());
            item.put("file", certificate.file());
            item.put("state", certificate.state(now, within).text());
            if (certificate.content() instanceof InstalledCertificate.Content.Said said) {
                item.put("subject", said.subject());
                item.put("issuer", said.issuer());
                item.put("names", said.names());
                item.put("notAfter", DateTimeFormatter.ISO_INSTANT.format(said.notAfter()));
                certificate.daysLeft(now).ifPresent(days -> item.put("daysLeft", days));
            } else {
                item.put("reason", ((InstalledCertificate.Content.Unreadable) certificate.content()).reason());
            }
            item.put("renewable", certificate.isRenewable());
            items.add(item);
        }
        return items;
    }

    /** One sentence for each certificate. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (InstalledCertificate certificate : certificates) {
            long days = certificate.daysLeft(now).orElse(0L);
            boolean isOver = certificate.state(now, within) == InstalledCertificate.State.EXPIRED;
            warnings.add("warning: certificate " + certificate.name() + " (" + certificate.file() + ") "
                    + (isOver ? "has expired" : "expires in " + days + (days == 1 ? " day" : " days"))
                    + (certificate.isRenewable() ? "; run `neco cert renew " + certificate.name() + "`" : ""));
        }
        return warnings;
    }
}
