package io.neco.contents;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import io.neco.host.HostPaths;
import io.neco.sabakan.DhcpConfig;
import io.neco.store.NecoReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/**
 * Brings to sabakan what nodes boot from.
 *
 * <p>Source: progs/sabakan/ and progs/cke/ at 1eec387; see docs/sabakan.md.
 */
public final class NetbootContents implements Netboot {
    /** How addresses are given to nodes, as shipped in the package. */
    public static final String DHCP_FILE = HostPaths.NECO_DATA_DIR + "/dhcp.json";

    private final ContentsAccess access;
    private final ContentsTools tools;
    private final Progress progress;
    private final WorkingDirectory directory;
    private final Changes changes = new Changes();
    private final Assets assets;

    /** @param access what it takes; closed with it, also when this fails */
    public NetbootContents(ContentsAccess access, Progress progress) throws IOException {
        this.access = access;
        this.tools = access.tools();
        this.progress = progress;
        try {
            this.directory = WorkingDirectory.create(tools.files().path(HostPaths.CONTENTS_DIR));
        } catch (IOException e) {
            access.close();
            throw e;
        }
        this.assets = new Assets(tools, directory, progress, changes);
    }

    @Override
    public List<String> changes() {
        return changes.all();
    }

    @Override
    public void uploadAll(NecoReader store, String id) throws IOException, InterruptedException {
        Parallel.run("sabakan", 2, List.of(() -> new OsImageUpload(tools, directory, progress, changes).run(), () -> {
            assets.uploadImages(sabakanImages(tools));
            assets.uploadWorkerAssets();
        }));
        uploadIgnitions(store, id);
    }

    @Override
    public void uploadIgnitions(NecoReader store, String id) throws IOException, InterruptedException {
        new IgnitionUpload(tools, progress, changes).run(store, id);
    }

    @Override
    public void uploadCkeImages() throws IOException, InterruptedException {
        assets.uploadImages(tools.ckeImages());
    }

    @Override
    public void setDhcp() throws IOException, InterruptedException {
        Progress.Item item = progress.begin("DHCP settings");
        String outcome = "failed";
        try {
            DhcpConfig config = shippedDhcp(tools);
            tools.patiently("set sabakan's DHCP settings", () -> {
                tools.sabakan().setDhcp(config);
                return true;
            });
            outcome = "set";
            changes.add("DHCP settings");
        } catch (IOException e) {
            throw new IOException("cannot give sabakan the settings of " + DHCP_FILE + ": " + e.getMessage(), e);
        } finally {
            item.ended(outcome);
        }
    }

    /** What it takes. */
    ContentsAccess access() {
        return access;
    }

    /** The DHCP settings of the package. */
    static DhcpConfig shippedDhcp(ContentsTools tools) throws IOException {
        try {
            return DhcpConfig.parse(tools.files().read(DHCP_FILE));
        } catch (NoSuchFileException e) {
            throw new IOException(
                    DHCP_FILE
                            + " is missing; it comes with the package neco, so `dpkg --verify neco` tells what else is",
                    e);
        } catch (IllegalArgumentException e) {
            throw new IOException(DHCP_FILE + " is not valid: " + e.getMessage(), e);
        }
    }

    /** The images of the artifact set that nodes get from sabakan. */
    static List<ContainerImage> sabakanImages(ContentsTools tools) {
        return ArtifactSet.SABAKAN_IMAGES.stream().map(tools.artifacts()::image).toList();
    }

    @Override
    public void close() throws IOException {
        try (access) {
            directory.close();
        }
    }
}
