package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.FileMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditionsTest {
    private static final SetupRequest REQUEST = SetupRequest.of(List.of("0", "1", "2"), false, "", false);

    @TempDir
    private Path root;

    private FakeHost host;

    @BeforeEach
    void start() throws IOException {
        host = new FakeHost(root);
        host.files.write("/etc/neco/rack", "0\n", FileMode.WORLD_READABLE);
        host.files.write("/etc/neco/cluster", "gcp0\n", FileMode.WORLD_READABLE);
    }

    private Preconditions.Checked check() throws IOException, InterruptedException {
        return new Preconditions(host.host()).check(REQUEST);
    }

    @Test
    void knowsClusterAndBastionWhenAllIsWell() throws IOException, InterruptedException {
        Preconditions.Checked checked = check();

        assertThat(checked.cluster().me()).isZero();
        assertThat(checked.bastion()).isEqualTo("10.72.48.0");
        assertThat(host.commands).allMatch(c -> c.startsWith("dpkg-query"));
    }

    @Test
    void namesTheMissingRackFile() throws IOException {
        java.nio.file.Files.delete(root.resolve("etc/neco/rack"));

        assertThatThrownBy(this::check).hasMessageContaining("/etc/neco/rack is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "", "-1", "1.5"})
    void namesTheGarbledRackFile(String content) throws IOException {
        host.files.write("/etc/neco/rack", content, FileMode.WORLD_READABLE);

        assertThatThrownBy(this::check)
                .hasMessageContaining("/etc/neco/rack")
                .hasMessageContaining("\"" + content + "\"");
    }

    @Test
    void namesTheMissingClusterFile() throws IOException {
        java.nio.file.Files.delete(root.resolve("etc/neco/cluster"));

        assertThatThrownBy(this::check).hasMessageContaining("/etc/neco/cluster is missing");
    }

    @Test
    void refusesAServerThatIsNotListed() throws IOException {
        host.files.write("/etc/neco/rack", "7", FileMode.WORLD_READABLE);

        assertThatThrownBy(this::check).hasMessageContaining("7 (from /etc/neco/rack) is not among those given");
    }

    @Test
    void namesTheMissingBastionInterface() {
        host.bastion = Optional.empty();

        assertThatThrownBy(this::check).hasMessageContaining("no network interface bastion");
    }

    @Test
    void namesTheBastionInterfaceWithoutAddress() {
        host.bastion = Optional.of(List.of());

        assertThatThrownBy(this::check).hasMessageStartingWith("no IPv4 address for bastion device");
    }

    @Test
    void namesTheMissingNode0Address() {
        host.addresses = Set.of();

        assertThatThrownBy(this::check).hasMessageContaining("10.69.0.3").hasMessageContaining("/etc/neco/rack");
    }

    @Test
    void asksTheContainerEngine() {
        host.engineFault = Optional.of(new IOException("no answer from the docker engine"));

        assertThatThrownBy(this::check).hasMessage("no answer from the docker engine");
    }

    @Test
    void needsTheInstalledPackage() {
        host.packageState = "not-installed ";

        assertThatThrownBy(this::check).hasMessageContaining("package neco");
    }
}
