package io.neco.dctest.chaos;

import io.neco.dctest.Lab;

/**
 * Makes a host's disk full where Neco writes. A host of the lab has no disk of its own, so each directory is covered by an overlay whose
 * changes would go to one small file system that has no room left: everything can be read and deleted, and nothing written. The data of etcd,
 * of Docker and of sabakan are on other disks.
 */
final class FullDisk {
    private static final String DIRECTORIES =
            "/var/lib/neco /etc/neco /etc/etcd /etc/vault /etc/serf /etc/sabakan /etc/cke /etc/promtail"
                    + " /etc/etcdpasswd /etc/systemd/system /etc/ssh/sshd_config.d /etc/sudoers.d /usr/local/bin /tmp";

    private static final String FILL = """
            d=/run/chaos-full
            mkdir -p $d && mount -t tmpfs -o size=512k,mode=755 chaos-full $d
            i=0
            for place in DIRECTORIES; do i=$((i + 1)); mkdir $d/upper$i $d/work$i; chmod --reference=$place $d/upper$i; chown --reference=$place $d/upper$i; done
            cat /dev/zero >$d/fill 2>/dev/null || true
            i=0
            for place in DIRECTORIES; do
              i=$((i + 1))
              mount -t overlay -o lowerdir=$place,upperdir=$d/upper$i,workdir=$d/work$i chaos-full $place
            done
            ! echo test >/var/lib/neco/full 2>/dev/null && rm -f /var/lib/neco/full
            """;

    /** A journal that was deleted meanwhile must not come back. */
    private static final String RELEASE = """
            journal=/var/lib/neco/worker-journal.json
            [ -e $journal ] && keep=1 || keep=
            for place in DIRECTORIES; do ! mountpoint -q $place || umount -l $place; done
            [ -n "$keep" ] || rm -f $journal
            ! mountpoint -q /run/chaos-full || umount -l /run/chaos-full
            """;

    private final Lab lab;

    FullDisk(Lab lab) {
        this.lab = lab;
    }

    /**
     * Leaves no room.
     *
     * @throws AssertionError if something can still be written
     */
    void fill(String host) {
        lab.shell(host, "set -e\n" + FILL.replace("DIRECTORIES", DIRECTORIES)).orFail();
    }

    /** Gives the room back. */
    void release(String host) {
        lab.shell(host, "set -e\n" + RELEASE.replace("DIRECTORIES", DIRECTORIES))
                .orFail();
    }
}
