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

    String render(StatusView view, Instant now) {
        return render(view, now, new CertificateReport(List.of(), now, Duration.ZERO));
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
