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
 * Brings to sabakan what nodes boot from. Each method can be run again: what is there already is left alone.
 *
 * <p>Failures name the content, the address and the reason. Requests that may be repeated have been when one is thrown.
 *
 * <p>Source: progs/sabakan/ and progs/cke/ at 1eec387; see docs/sabakan.md.
 */
public final class NetbootContents implements AutoCloseable {
    /** How addresses are given to nodes, as shipped in the package. */
    public static final String DHCP_FILE = HostPaths.NECO_DATA_DIR + "/dhcp.json";

    private final ContentsTools tools;
    private final Progress progress;
    private final WorkingDirectory directory;
    private final Changes changes = new Changes();
    private final Assets assets;

    /** @param tools what it takes; stays the caller's */
    public NetbootContents(ContentsTools tools, Progress progress) throws IOException {
        this.tools = tools;
        this.progress = progress;
        this.directory = WorkingDirectory.create(tools.files().path(HostPaths.CONTENTS_DIR));
        this.assets = new Assets(tools, directory, progress, changes);
    }

    /** What was changed in sabakan so far, sorted. */
    public List<String> changes() {
        return changes.all();
    }

    /**
     * Uploads operating system, images and programs, then the templates that refer to them.
     *
     * @param id version of the templates
     */
    public void uploadAll(NecoReader store, String id) throws IOException, InterruptedException {
        Parallel.run("sabakan", 2, List.of(() -> new OsImageUpload(tools, directory, progress, changes).run(), () -> {
            assets.uploadImages(sabakanImages());
            assets.uploadWorkerAssets();
        }));
        uploadIgnitions(store, id);
    }

    /**
     * Uploads the Ignition templates of all roles.
     *
     * @param id their version
     */
    public void uploadIgnitions(NecoReader store, String id) throws IOException, InterruptedException {
        new IgnitionUpload(tools, progress, changes).run(store, id);
    }

    /** Uploads the images CKE runs its cluster with. */
    public void uploadCkeImages() throws IOException, InterruptedException {
        assets.uploadImages(tools.ckecli().images());
    }

    /** Sets how addresses are given to nodes. */
    public void setDhcp() throws IOException, InterruptedException {
        Progress.Item item = progress.begin("DHCP settings");
        String outcome = "failed";
        try {
            DhcpConfig config = DhcpConfig.parse(tools.files().read(DHCP_FILE));
            tools.patiently("set sabakan's DHCP settings", () -> {
                tools.sabakan().setDhcp(config);
                return true;
            });
            outcome = "set";
            changes.add("DHCP settings");
        } catch (NoSuchFileException e) {
            throw new IOException(
                    DHCP_FILE
                            + " is missing; it comes with the package neco, so `dpkg --verify neco` tells what else is",
                    e);
        } catch (IllegalArgumentException e) {
            throw new IOException(DHCP_FILE + " is not valid: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException("cannot give sabakan the settings of " + DHCP_FILE + ": " + e.getMessage(), e);
        } finally {
            item.ended(outcome);
        }
    }

    private List<ContainerImage> sabakanImages() {
        return ArtifactSet.SABAKAN_IMAGES.stream().map(tools.artifacts()::image).toList();
    }

    /** Removes temporary files. */
    @Override
    public void close() throws IOException {
        directory.close();
    }
}
