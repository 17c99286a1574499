package io.neco.tools.menu;

import java.util.Optional;

/**
 * The virtual machine that tells the time, as a Container Linux Config; {@code ct} makes {@code chrony.ign} of it. Source:
 * menu/assets/chrony-ign.yml at 1eec387 for addresses and servers.
 *
 * @param dataCentre the plan
 * @param image full name of chrony's image
 * @param authorizedKey the SSH key of its user {@code cybozu}; empty: nobody can log in
 */
record NtpServer(DataCentre dataCentre, String image, Optional<String> authorizedKey) {

    /** The file. */
    String containerLinuxConfig() {
        StringBuilder addresses = new StringBuilder();
        dataCentre
                .ntpServers()
                .forEach(address ->
                        addresses.append("        Address=").append(address).append('\n'));
        return """
                # for ct (Container Linux Config Transpiler)
                storage:
                  files:
                    - path: /etc/hostname
                      filesystem: root
                      mode: 0644
                      contents:
                        inline: |
                          chrony
                    - path: /etc/resolv.conf
                      filesystem: root
                      mode: 0644
                      contents:
                        inline: |
                          nameserver 8.8.8.8
                          nameserver 1.1.1.1
                    - path: /etc/chrony.conf
                      filesystem: root
                      mode: 0644
                      contents:
                        inline: |
                          # time servers that smear leap seconds, as we do
                          server 216.239.35.12 iburst
                          server 216.239.35.4 iburst
                          initstepslew 0.1 216.239.35.12 216.239.35.4
                          makestep 0.1 3
                          driftfile /var/lib/chrony/drift
                          # the data centre asks us
                          allow 10.0.0.0/8
                          leapsecmode slew
                          maxslewrate 1000
                          smoothtime 400 0.001 leaponly
                networkd:
                  units:
                    - name: 00-eth0.network
                      contents: |
                        [Match]
                        Name=eth0

                        [Network]
                """
                + addresses
                + """
                        Gateway=%s
                        DNS=8.8.8.8
                        DNS=1.1.1.1
                """.formatted(dataCentre.menu().network().ntp().at(3))
                + """
                systemd:
                  units:
                    # /etc/resolv.conf is ours
                    - name: systemd-resolved.service
                      mask: true
                    - name: chrony.service
                      enabled: true
                      contents: |
                        [Unit]
                        Description=NTP server
                        Requires=docker.service
                        Wants=network-online.target
                        After=network-online.target docker.service
                        Conflicts=systemd-timesyncd.service ntpd.service

                        [Service]
                        Restart=on-failure
                        RestartSec=10s
                        ExecStartPre=-/usr/bin/docker rm --force chrony
                        ExecStart=/usr/bin/docker run --name chrony --rm --net host --read-only --cap-drop all --cap-add NET_BIND_SERVICE --cap-add SYS_TIME --cap-add SETUID --cap-add SETGID --volume /etc/chrony.conf:/etc/chrony.conf:ro --tmpfs /run/chrony:mode=0700 --tmpfs /var/lib/chrony:mode=0755 %s
                        ExecStop=/usr/bin/docker stop chrony

                        [Install]
                        WantedBy=multi-user.target
                """.formatted(image)
                + authorizedKey.map(key -> """
                passwd:
                  users:
                    - name: cybozu
                      groups: [docker, sudo]
                      ssh_authorized_keys:
                        - "%s"
                """.formatted(key)).orElse("");
    }
}
