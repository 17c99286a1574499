package io.neco.program.serftags;

/**
 * Tells serf every 20 seconds since when this server has been up, which version of Neco it has, and which of its units have failed.
 *
 * <p>Source: progs/serf/ at 1eec387.
 */
public final class SerfTags {
    /** Name of service and timer. */
    public static final String NAME = "setup-serf-tags";

    private SerfTags() {}

    /** The unit file {@code setup-serf-tags.service}; empty first line and missing last line break are the reference's. */
    public static String service() {
        return """

                [Unit]
                Description=Set serf tags
                Requires=serf.service
                After=serf.service
                PartOf=setup-serf-tags.timer

                [Service]
                Type=oneshot
                ExecStart=/usr/local/bin/setup-serf-tags""";
    }

    /** The unit file {@code setup-serf-tags.timer}; the empty first line is the reference's. */
    public static String timer() {
        return """

                [Unit]
                Description=Set serf tags periodically
                Wants=serf.service
                After=serf.service

                [Timer]
                OnCalendar=*-*-* *:*:0/20

                [Install]
                WantedBy=multi-user.target
                """;
    }

    /**
     * The script; mode 0755.
     *
     * @param version version of the neco package
     */
    public static String script(String version) {
        return """
                #!/bin/sh

                # names of failed units, as many as fit into a tag
                failed=$(systemctl list-units --state=failed --no-legend --plain --full |
                    cut -d ' ' -f 1 | tr '\\n' ',' | head -c 300)

                exec /usr/local/bin/serf tags \\
                    -set uptime="$(uptime -s)" \\
                    -set version=%s \\
                    -set systemd-units-failed="$failed"
                """.formatted(quoted(version));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
