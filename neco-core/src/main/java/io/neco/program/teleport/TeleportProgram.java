package io.neco.program.teleport;

import java.util.regex.Pattern;

/**
 * Files of Teleport's node service on a boot server. Its unit comes with Neco's package.
 *
 * <p>Source: progs/teleport/ and constants.go at 1eec387; see docs/init.md.
 */
public final class TeleportProgram {
    /** The service's name, without {@code .service}. */
    public static final String SERVICE = "teleport-node";
    /** The node service's configuration; holds the token, so only root may read it. */
    public static final String CONFIG_FILE = "/etc/teleport/teleport.yaml";

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]+");

    private TeleportProgram() {}

    /**
     * {@code /etc/teleport/teleport.yaml}.
     *
     * @param token what a node joins Teleport's cluster with: letters, digits, {@code _} and {@code -}
     * @param address this boot server's node0 address
     * @throws IllegalArgumentException when the token could mean something to YAML; the token is not told
     */
    public static String config(String token, String address) {
        if (!TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "Teleport's token should consist of letters, digits, _ and -, but has other characters");
        }
        return """
                teleport:
                  data_dir: /var/lib/teleport
                  auth_token: %s
                  advertise_ip: %s
                  auth_servers: ["teleport-auth.teleport.svc:3025"]
                  log:
                    output: stderr
                    severity: INFO
                  storage:
                    type: dir
                ssh_service:
                  enabled: yes
                  listen_addr: 0.0.0.0:3022
                  pam:
                    enabled: yes
                    service_name: "teleport"
                """.formatted(token, address);
    }
}
