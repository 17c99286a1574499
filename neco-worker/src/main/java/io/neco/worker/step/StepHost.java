package io.neco.worker.step;

import io.neco.artifact.ArtifactSet;
import io.neco.container.Containers;
import io.neco.host.BootServer;
import io.neco.host.CommandRunner;
import io.neco.host.HostFiles;
import io.neco.host.Systemd;

/**
 * This boot server, as update steps see it.
 *
 * @param lrn its logical rack number
 * @param files its files
 * @param commands its programs
 * @param systemd its services
 * @param containers its container engine
 * @param artifacts what this release installs
 * @param servers addresses of boot servers
 * @param vault asks Vault how it is
 * @param contents where contents are fetched from and brought to
 * @param http asks services of this host whether they answer
 * @param packages installs Debian packages
 */
public record StepHost(
        int lrn,
        HostFiles files,
        CommandRunner commands,
        Systemd systemd,
        Containers containers,
        ArtifactSet artifacts,
        BootServer servers,
        VaultProbe vault,
        ContentsSources contents,
        HttpProbe http,
        Packages packages) {}
