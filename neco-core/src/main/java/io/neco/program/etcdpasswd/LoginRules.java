package io.neco.program.etcdpasswd;

/**
 * How a boot server may be logged in to, and what those who have may do.
 *
 * <p>Source: progs/etcdpasswd/ at 1eec387.
 */
public final class LoginRules {
    private LoginRules() {}

    /** {@code /etc/ssh/sshd_config.d/neco.conf}: keys only, sessions are recorded. */
    public static String sshd() {
        return """
                # SSHD configurations for Neco

                AuthorizedKeysFile\t.ssh/authorized_keys
                PasswordAuthentication no
                ForceCommand /usr/bin/neco session-log start
                """;
    }

    /** {@code /etc/sudoers.d/cybozu}; mode 0440. */
    public static String sudoers() {
        return "%sudo   ALL=(ALL:ALL) NOPASSWD: ALL\n";
    }
}
