package io.neco.worker.step;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import io.neco.artifact.DebianPackage;
import io.neco.container.Bind;
import io.neco.container.ContainerException;
import io.neco.container.Containers;
import io.neco.host.BootServer;
import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.HostRoot;
import io.neco.host.Site;
import io.neco.host.Systemd;
import io.neco.http.HttpClients;
import io.neco.program.etcd.EtcdProgram;
import io.neco.program.serf.SerfProgram;
import io.neco.program.vault.VaultProgram;
import io.neco.store.EtcdStore;
import io.neco.store.Member;
import io.neco.store.NecoStore;
import io.neco.vault.VaultHealth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** A boot server whose files are in a scratch tree, and whose programs and engine only note what they were asked. */
public final class FakeHost implements CommandRunner, Containers {
    /** What is said of an image that cannot be pulled. */
    static final String MISSING = "cannot pull this image, and so on";

    /** What images install on the host. */
    public static final Map<String, String> PROGRAMS = Map.of(
            "etcd",
            EtcdProgram.ETCDCTL,
            "vault",
            VaultProgram.BINARY,
            "serf",
            SerfProgram.BINARY,
            "sabakan",
            HostPaths.SABACTL);

    /** Command lines, in order. */
    public final List<String> commands = new CopyOnWriteArrayList<>();
    /** Images on the host. */
    public final Set<String> images = new ConcurrentSkipListSet<>();
    /** Commands run in containers: {@code IMAGE COMMAND}. */
    public final List<String> runs = new CopyOnWriteArrayList<>();
    /** Answers of commands by the beginning of their line; others succeed silently. */
    public final Map<String, String> answers = new ConcurrentHashMap<>();
    /** Commands that fail, by the beginning of their line, with what they complain about. */
    public final Map<String, String> failures = new ConcurrentHashMap<>();
    /** Commands that fail once, by their whole line. */
    public final Set<String> failingOnce = new ConcurrentSkipListSet<>();
    /** Units that are not active, with the state they are in. */
    public final Map<String, String> states = new ConcurrentHashMap<>();
    /** What commands read, in order. */
    public final List<String> inputs = new CopyOnWriteArrayList<>();
    /** Images that cannot be pulled. */
    public final Set<String> missing = new ConcurrentSkipListSet<>();

    /** Images whose tools cannot be installed. */
    public final Set<String> brokenTools = new ConcurrentSkipListSet<>();

    public volatile Optional<String> proxy = Optional.empty();
    public volatile VaultHealth vault = new VaultHealth(true, false, false);

    /** What single Vaults say, by address, where that is another thing than {@link #vault}. */
    public final Map<String, VaultHealth> vaults = new ConcurrentHashMap<>();

    /** Addresses of Vaults that do not answer. */
    public final Set<String> silentVaults = new ConcurrentSkipListSet<>();

    /** The active Vault of a server that has left; empty: there is none. */
    public volatile Optional<String> outsideVault = Optional.empty();

    /** Why services of this host do not answer; empty: they do. */
    public volatile Optional<String> silence = Optional.empty();
    /** Debian packages installed, with their release. */
    public final List<String> packages = new CopyOnWriteArrayList<>();

    /** Where contents are fetched from and brought to. */
    public volatile ContentsSources contents = new HttpSources(new HttpClients());

    public final HostFiles files;
    private final int lrn;

    public FakeHost(Path dir, int lrn) {
        this.files = new HostFiles(new HostRoot(dir));
        this.lrn = lrn;
    }

    public StepHost host() {
        return new StepHost(
                lrn,
                files,
                this,
                new Systemd(this, files),
                this,
                ArtifactSet.builtIn(),
                new BootServer(Site.defaults()),
                vaultProbe(),
                contents,
                address -> silence,
                (wanted, settings, cancellation) -> install(wanted));
    }

    private VaultProbe vaultProbe() {
        return new VaultProbe() {
            @Override
            public VaultHealth health(String address) throws IOException {
                if (silentVaults.contains(address)) {
                    throw new IOException("no answer from Vault at " + address);
                }
                return outsideVault.isPresent() && address.equals(outsideVault.get())
                        ? new VaultHealth(true, false, false)
                        : vaults.getOrDefault(address, vault);
            }

            @Override
            public Optional<String> leader(String address) {
                return outsideVault;
            }
        };
    }

    private void install(DebianPackage wanted) throws IOException {
        if (missing.contains(wanted.name())) {
            throw new IOException("no such release: " + wanted.repository() + "@" + wanted.release());
        }
        files.write(HostPaths.packageList(wanted.name()), "", FileMode.WORLD_READABLE);
        packages.add(wanted.name() + " " + wanted.release());
    }

    @Override
    public CommandResult run(Command command) throws IOException {
        String line = String.join(" ", command.argv());
        commands.add(line);
        command.stdin().ifPresent(inputs::add);
        String state = states.get(line.replace("systemctl is-active ", ""));
        if (state != null) {
            return new CommandResult(command, 3, state + "\n", "");
        }
        if (failingOnce.remove(line)) {
            return new CommandResult(command, 1, "", "not now");
        }
        for (Map.Entry<String, String> failure : failures.entrySet()) {
            if (line.startsWith(failure.getKey())) {
                return new CommandResult(command, 1, "", failure.getValue());
            }
        }
        String out = answers.entrySet().stream()
                .filter(e -> line.startsWith(e.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
        return new CommandResult(command, 0, out, "");
    }

    @Override
    public String fullName(ContainerImage image) {
        return image.fullName();
    }

    @Override
    public boolean isPresent(ContainerImage image) {
        return images.contains(image.name());
    }

    @Override
    public boolean pull(ContainerImage image, Duration deadline) throws IOException {
        if (missing.contains(image.name())) {
            throw new ContainerException(MISSING);
        }
        return images.add(image.name());
    }

    @Override
    public void run(ContainerImage image, List<Bind> binds, List<String> command, Duration deadline)
            throws ContainerException {
        if (brokenTools.contains(image.name())) {
            throw new ContainerException("`" + String.join(" ", command) + "` in a container of " + image.fullName()
                    + " failed with exit status 1");
        }
        if (PROGRAMS.containsKey(image.name())) {
            try {
                files.write(PROGRAMS.get(image.name()), "", FileMode.EXECUTABLE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        runs.add(image.name() + " " + binds.get(0).source() + ":" + binds.get(0).destination() + " "
                + String.join(" ", command));
    }

    @Override
    public Optional<String> httpProxy() {
        return proxy;
    }

    /** A test's etcd, whose member passes for the one of a boot server. */
    public static NecoStore asMember(EtcdStore real, int lrn) {
        return (NecoStore) Proxy.newProxyInstance(
                FakeHost.class.getClassLoader(), new Class<?>[] {NecoStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("members")) {
                        return real.members().stream()
                                .map(m ->
                                        new Member(m.id(), "boot-" + lrn, m.peerUrls(), m.clientUrls(), m.isLearner()))
                                .toList();
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                });
    }
}
