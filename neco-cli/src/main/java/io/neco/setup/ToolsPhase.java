package io.neco.setup;

import io.neco.artifact.ContainerImage;
import io.neco.program.etcd.EtcdProgram;
import io.neco.program.vault.VaultProgram;
import java.io.IOException;
import java.util.List;

/**
 * Images of etcd and Vault, and their programs on the host; source: setup/setup.go at 1eec387. Only the leader needs Vault's program
 * at once, the rest is installed while the first certificates are waited for.
 */
final class ToolsPhase {
    private static final String PROGRAMS = "/usr/local/bin";

    private final SetupHost host;
    private final BootCluster cluster;

    ToolsPhase(SetupHost host, BootCluster cluster) {
        this.host = host;
        this.cluster = cluster;
    }

    /** Installs what is needed at once. Returns the rest, which goes on. */
    Background run() throws IOException, InterruptedException {
        if (!cluster.isLeader()) {
            return Background.start("tools", () -> {
                etcd();
                vault();
            });
        }
        vault();
        return Background.start("tools", this::etcd);
    }

    /** Installs everything, one after the other. */
    void runAll() throws IOException, InterruptedException {
        etcd();
        vault();
    }

    private void etcd() throws IOException, InterruptedException {
        install(EtcdProgram.IMAGE, EtcdProgram.TOOLS_MOUNT, EtcdProgram.INSTALL_TOOLS);
    }

    private void vault() throws IOException, InterruptedException {
        install(VaultProgram.IMAGE, VaultProgram.TOOLS_MOUNT, VaultProgram.INSTALL_TOOLS);
    }

    private void install(String name, String mount, String installer) throws IOException, InterruptedException {
        ContainerImage image = host.artifacts().image(name);
        host.images().pull(image);
        host.images().run(image, PROGRAMS, mount, List.of(installer));
        host.files().flushFilesOf(PROGRAMS); // before they are recorded as installed
    }
}
