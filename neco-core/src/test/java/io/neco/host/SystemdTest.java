package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SystemdTest {
    private final List<String> ran = new ArrayList<>();

    private Systemd answering(int exitCode, String stdout) {
        return new Systemd(command -> {
            ran.add(String.join(" ", command.argv()));
            return new CommandResult(command, exitCode, stdout, "");
        });
    }

    @Test
    void startingReloadsEnablesAndStarts() throws IOException, InterruptedException {
        answering(0, "").startService("vault");

        assertThat(ran)
                .containsExactly(
                        "systemctl daemon-reload", "systemctl enable vault.service", "systemctl start vault.service");
    }

    @Test
    void stopsAtTheFirstFailure() {
        assertThatThrownBy(() -> answering(1, "").restartService("vault")).isInstanceOf(CommandFailedException.class);

        assertThat(ran).containsExactly("systemctl daemon-reload");
    }

    @Test
    void timersAreTreatedAsServicesAre() throws IOException, InterruptedException {
        answering(0, "").startTimer("etcd-backup");

        assertThat(ran).endsWith("systemctl enable etcd-backup.timer", "systemctl start etcd-backup.timer");
    }

    @Test
    void tellsActiveFromInactive() throws IOException, InterruptedException {
        assertThat(answering(0, "active\n").isServiceActive("vault")).isTrue();
        assertThat(answering(3, "inactive\n").isServiceActive("vault")).isFalse();
    }

    @Test
    void anyOtherStateIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> answering(3, "failed\n").isServiceActive("vault"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("vault.service is neither active nor inactive but failed");
    }
}
