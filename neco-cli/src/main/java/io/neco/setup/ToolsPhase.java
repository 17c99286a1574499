package io.neco.setup;

import io.neco.artifact.ContainerImage;
import io.neco.program.etcd.EtcdProgram;
import io.neco.program.vault.VaultProgram;
import java.io.IOException;
import java.util.List;

/** Images of etcd and Vault, and their programs on the host; source: setup/setup.go at 1eec387. */
final class ToolsPhase {
    private static final String PROGRAMS = "/usr/local/bin";

    private final SetupHost host;

    ToolsPhase(SetupHost host) {
        this.host = host;
    }

    void run() throws IOException, InterruptedException {
        ContainerImage etcd = host.artifacts().image(EtcdProgram.IMAGE);
        ContainerImage vault = host.artifacts().image(VaultProgram.IMAGE);
        host.images().pull(etcd);
        host.images().pull(vault);
        host.images().run(etcd, PROGRAMS, EtcdProgram.TOOLS_MOUNT, List.of(EtcdProgram.INSTALL_TOOLS));
        host.images().run(vault, PROGRAMS, VaultProgram.TOOLS_MOUNT, List.of(VaultProgram.INSTALL_TOOLS));
    }
}
