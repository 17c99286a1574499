package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemdTest {
    @TempDir
    private Path root;

    private final List<String> ran = new ArrayList<>();

    private Systemd answering(int exitCode, String stdout) {
        return new Systemd(
                command -> {
                    ran.add(String.join(" ", command.argv()));
                    return new CommandResult(command, exitCode, stdout, "");
                },
                new HostFiles(new HostRoot(root)));
    }

    @Test
    void startingEnablesWhichReloadsAndStarts() throws IOException, InterruptedException {
        answering(0, "").startService("vault");

        assertThat(ran).containsExactly("systemctl enable vault.service", "systemctl start vault.service");
    }

    @ParameterizedTest
    @CsvSource({
        "3, inactive, true",
        "3, failed, true",
        "4, unknown, true",
        "0, active, false",
        "3, deactivating, false",
        "3, activating, false",
        "1, '', false"
    })
    void whatIsStillAboutToRunIsNotTakenForStopped(int exitCode, String state, boolean isStopped)
            throws IOException, InterruptedException {
        Systemd systemd = answering(exitCode, state + "\n");

        if (isStopped) {
            systemd.requireStopped("vault.service");
        } else {
            assertThatThrownBy(() -> systemd.requireStopped("vault.service"))
                    .hasMessageStartingWith("vault.service was told to stop, but systemd says ")
                    .hasMessageContaining(state.isEmpty() ? "nothing of it" : "that it is " + state);
        }
        assertThat(ran).containsExactly("systemctl is-active vault.service");
    }

    @Test
    void restartsAnEnabledUnitWithoutReloadingWhenItsFileIsUnchanged() throws IOException, InterruptedException {
        Systemd systemd = answering(0, "");
        link("multi-user.target.wants/serf.service");

        systemd.restart("serf.service", false);

        assertThat(ran).containsExactly("systemctl restart serf.service");
    }

    @Test
    void reloadsOnceWhenTheUnitFileHasChanged() throws IOException, InterruptedException {
        Systemd systemd = answering(0, "");
        link("multi-user.target.wants/serf.service");

        systemd.restart("serf.service", true);

        assertThat(ran).containsExactly("systemctl enable serf.service", "systemctl restart serf.service");
    }

    @Test
    void enablesWhatIsNotEnabledYet() throws IOException, InterruptedException {
        answering(0, "").start("setup-serf-tags.timer", false);

        assertThat(ran)
                .containsExactly("systemctl enable setup-serf-tags.timer", "systemctl start setup-serf-tags.timer");
    }

    @Test
    void findsUnitsOfPackagesAndOfTheAdministrator() throws IOException {
        Files.createDirectories(root.resolve("lib/systemd/system"));
        Files.createFile(root.resolve("lib/systemd/system/cke.service"));

        assertThat(answering(0, "").isInstalled("cke.service")).isTrue();
        assertThat(answering(0, "").isInstalled("serf.service")).isFalse();
    }

    @Test
    void takesAMaskedUnitForNotInstalled() throws IOException {
        Files.createDirectories(root.resolve("lib/systemd/system"));
        Files.createFile(root.resolve("lib/systemd/system/cke.service"));
        Files.createDirectories(root.resolve("etc/systemd/system"));
        Files.createSymbolicLink(root.resolve("etc/systemd/system/cke.service"), Path.of("/dev/null"));

        assertThat(answering(0, "").isInstalled("cke.service")).isFalse();
    }

    private void link(String name) throws IOException {
        Path link = root.resolve("etc/systemd/system").resolve(name);
        Files.createDirectories(java.util.Objects.requireNonNull(link.getParent()));
        Files.createSymbolicLink(link, Path.of("/etc/systemd/system", "any"));
    }

    @Test
    void stopsAtTheFirstFailure() {
        assertThatThrownBy(() -> answering(1, "").restartService("vault")).isInstanceOf(CommandFailedException.class);

        assertThat(ran).containsExactly("systemctl enable vault.service");
    }

    @Test
    void startsAServiceThatWasStartedTooOften() throws IOException, InterruptedException {
        limited(true).restart("serf.service");

        assertThat(ran)
                .containsExactly(
                        "systemctl restart serf.service",
                        "systemctl show --property=Result --value serf.service",
                        "systemctl reset-failed serf.service",
                        "systemctl restart serf.service");
    }

    @Test
    void doesNotRepeatAStartThatFailsForAnotherReason() {
        assertThatThrownBy(() -> limited(false).restart("serf.service")).isInstanceOf(CommandFailedException.class);

        assertThat(ran)
                .containsExactly(
                        "systemctl restart serf.service", "systemctl show --property=Result --value serf.service");
    }

    /** A unit that does not start: because of its limit of starts, until that is lifted, or whatever is done. */
    private Systemd limited(boolean isByLimit) {
        return new Systemd(
                command -> {
                    boolean isLifted = ran.contains("systemctl reset-failed serf.service");
                    ran.add(String.join(" ", command.argv()));
                    String verb = command.argv().get(1);
                    return new CommandResult(
                            command,
                            verb.equals("restart") && !isLifted ? 1 : 0,
                            verb.equals("show") ? (isByLimit ? "start-limit-hit\n" : "exit-code\n") : "",
                            "");
                },
                new HostFiles(new HostRoot(root)));
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
