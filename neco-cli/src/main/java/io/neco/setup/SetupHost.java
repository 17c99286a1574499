package io.neco.setup;

import io.neco.artifact.ArtifactSet;
import io.neco.host.CommandRunner;
import io.neco.host.Dpkg;
import io.neco.host.HostFiles;
import io.neco.host.Site;
import io.neco.host.Systemd;
import java.time.Clock;

/**
 * What setup needs of this host.
 *
 * @param files its files
 * @param commands its programs
 * @param systemd its units
 * @param dpkg its packages
 * @param images its container engine
 * @param network its addresses
 * @param artifacts what this release installs
 * @param site the site's settings
 * @param hostname its name
 * @param clock its clock
 */
public record SetupHost(
        HostFiles files,
        CommandRunner commands,
        Systemd systemd,
        Dpkg dpkg,
        ImageTools images,
        HostNetwork network,
        ArtifactSet artifacts,
        Site site,
        String hostname,
        Clock clock) {}
