package io.neco.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Forms of the status. */
enum StatusFormat {
    /** The reference's. */
    TEXT,
    /** For people. */
    TABLE,
    /** For programs. */
    JSON,
    /** For programs. */
    YAML;

    static StatusFormat of(String name) {
        for (StatusFormat format : values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(name)) {
                return format;
            }
        }
        throw new UsageException("--output " + name + " is unknown; choose text, table, json or yaml");
    }

    /** Whether programs read it. */
    boolean isDocument() {
        return this == JSON || this == YAML;
    }

    String render(StatusView view, Instant now) {
        return render(view, now, noCertificates(now));
    }

    /** A document as one of a stream: a line of JSON, or a document of YAML with its mark. */
    String renderInStream(StatusView view, Instant now) {
        return this == JSON ? StatusDocument.jsonLine(view, noCertificates(now)) : "---\n" + render(view, now);
    }

    private static CertificateReport noCertificates(Instant now) {
        return new CertificateReport(List.of(), now, Duration.ZERO);
    }

    /** @param expiring certificates of this server that programs are told of, too; people are told on stderr */
    String render(StatusView view, Instant now, CertificateReport expiring) {
        return switch (this) {
            case TEXT -> StatusText.of(view);
            case TABLE -> StatusTable.of(view, now);
            case JSON -> StatusDocument.json(view, expiring);
            case YAML -> StatusDocument.yaml(view, expiring);
        };
    }
}
