package io.neco.program.etcd;

/**
 * Hourly snapshots of etcd on a boot server.
 *
 * <p>Source: progs/etcd/ at 1eec387.
 */
public final class EtcdBackup {
    /** Name of service and timer. */
    public static final String NAME = "etcd-backup";
    /** The program the service runs; mode 0755. */
    public static final String SCRIPT_FILE = "/usr/local/bin/etcd-backup";
    /** Common name of the client certificate. */
    public static final String USER = "backup";

    private EtcdBackup() {}

    /** The script: a snapshot, packed, and those older than 14 days deleted. */
    public static String script() {
        return """
                #!/bin/sh -ue

                SNAPSHOT=snapshot-$(date '+%Y%m%d_%H%M%S')
                ETCDCTL="/usr/local/bin/etcdctl --cert=/etc/etcd/backup.crt --key=/etc/etcd/backup.key"

                $ETCDCTL snapshot save /var/lib/etcd-backup/${SNAPSHOT}
                tar --remove-files -cvzf /var/lib/etcd-backup/${SNAPSHOT}.tar.gz /var/lib/etcd-backup/${SNAPSHOT}

                find /var/lib/etcd-backup/ -mtime +14 -exec rm -f {} \\;
                """;
    }

    /** The unit file {@code etcd-backup.service}. */
    public static String service() {
        return """
                [Unit]
                Description=get snapshot of etcd

                [Service]
                Type=oneshot
                ExecStart=/usr/local/bin/etcd-backup
                """;
    }

    /** The unit file {@code etcd-backup.timer}. */
    public static String timer() {
        return """
                [Unit]
                Description=get snapshot of etcd
                PartOf=etcd-container.service

                [Timer]
                OnCalendar=hourly
                RandomizedDelaySec=1min
                Persistent=true

                [Install]
                WantedBy=timers.target
                """;
    }
}
