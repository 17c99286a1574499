package io.neco.setup;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.host.Dpkg;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.host.Site;
import io.neco.host.Systemd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A host on a scratch tree, which notes the commands it is given. */
final class FakeHost implements CommandRunner, ImageTools, HostNetwork {
    final List<String> commands = new ArrayList<>();
    final List<Duration> pullDeadlines = new ArrayList<>();
    final HostFiles files;
    Optional<List<String>> bastion = Optional.of(List.of("10.72.48.0"));
    Set<String> addresses = Set.of("10.69.0.3", "10.69.0.195", "10.69.1.131");
    Optional<IOException> pullFault = Optional.empty();
    Optional<IOException> engineFault = Optional.empty();
    String unitState = "";
    String packageState = "installed 2022.05.25-1";

    FakeHost(Path root) {
        this.files = new HostFiles(new HostRoot(root));
    }

    SetupHost host() {
        return new SetupHost(
                files,
                this,
                new Systemd(this),
                new Dpkg(this),
                this,
                this,
                ArtifactSet.builtIn(),
                Site.defaults(),
                "boot-0",
                Clock.systemUTC());
    }

    @Override
    public CommandResult run(Command command) {
        commands.add(String.join(" ", command.argv()));
        String said = command.argv().get(0).equals("dpkg-query")
                ? packageState
                : command.argv().contains("is-active") ? unitState : "";
        return new CommandResult(command, 0, said, "");
    }

    @Override
    public String fullName(ContainerImage image) {
        return image.fullName();
    }

    @Override
    public void requireEngine() throws IOException {
        if (engineFault.isPresent()) {
            throw engineFault.get();
        }
    }

    @Override
    public void pull(ContainerImage image) throws IOException {
        if (pullFault.isPresent()) {
            throw pullFault.get();
        }
        commands.add("pull " + image.fullName());
    }

    @Override
    public void pull(ContainerImage image, Duration deadline) throws IOException {
        pullDeadlines.add(deadline);
        pull(image);
    }

    @Override
    public void run(ContainerImage image, String hostDirectory, String mountedAt, List<String> command) {
        commands.add(
                "run " + image.fullName() + " " + hostDirectory + ":" + mountedAt + " " + String.join(" ", command));
    }

    @Override
    public void signal(String container, String signal) throws IOException {
        commands.add("signal " + container + " " + signal);
        throw new IOException("no such container: " + container);
    }

    @Override
    public Optional<List<String>> addresses(String interfaceName) {
        return bastion;
    }

    @Override
    public boolean hasAddress(String address) {
        return addresses.contains(address);
    }
}
