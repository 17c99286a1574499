package io.neco.program.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EtcdBackupTest {
    @Test
    void scriptSavesPacksAndDeletesOldSnapshots() {
        assertThat(EtcdBackup.script())
                .startsWith("#!/bin/sh -ue\n")
                .contains("date '+%Y%m%d_%H%M%S'")
                .contains("/usr/local/bin/etcdctl --cert=/etc/etcd/backup.crt --key=/etc/etcd/backup.key")
                .contains("snapshot save /var/lib/etcd-backup/${SNAPSHOT}\n")
                .contains("tar --remove-files -cvzf /var/lib/etcd-backup/${SNAPSHOT}.tar.gz ")
                .contains("find /var/lib/etcd-backup/ -mtime +14 -exec rm -f {} \\;\n");
    }

    @Test
    void unitsRunTheScriptHourly() {
        assertThat(EtcdBackup.service())
                .isEqualTo("[Unit]\nDescription=get snapshot of etcd\n\n"
                        + "[Service]\nType=oneshot\nExecStart=/usr/local/bin/etcd-backup\n");
        assertThat(EtcdBackup.timer())
                .isEqualTo("[Unit]\nDescription=get snapshot of etcd\nPartOf=etcd-container.service\n\n"
                        + "[Timer]\nOnCalendar=hourly\nRandomizedDelaySec=1min\nPersistent=true\n\n"
                        + "[Install]\nWantedBy=timers.target\n");
    }
}
