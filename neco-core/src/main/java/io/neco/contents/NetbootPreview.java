package io.neco.contents;

import io.neco.artifact.ContainerImage;
import io.neco.sabakan.DhcpConfig;
import io.neco.sabakan.IgnitionTemplate;
import io.neco.sabakan.OsImageEntry;
import io.neco.sabakan.SabakanClient;
import io.neco.store.NecoReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells what {@link NetbootContents} would change in sabakan as it is now; asks it, and changes nothing. */
public final class NetbootPreview implements Netboot {
    private final ContentsAccess access;
    private final ContentsTools tools;
    private final SabakanClient sabakan;
    private final Changes changes = new Changes();

    /** @param access the way to sabakan; closed with it */
    public NetbootPreview(ContentsAccess access) {
        this.access = access;
        this.tools = access.tools();
        this.sabakan = tools.sabakan();
    }

    @Override
    public void uploadAll(NecoReader store, String id) throws IOException, InterruptedException {
        String os = tools.artifacts().osImage().version();
        if (sabakan.images(SabakanClient.COREOS).stream().map(OsImageEntry::id).noneMatch(os::equals)) {
            changes.add("OS image " + os);
        }
        addMissing(NetbootContents.sabakanImages(tools));
        for (Path file : Assets.workerAssets(tools)) {
            changes.add("asset " + file.getFileName());
        }
        uploadIgnitions(store, id);
    }

    @Override
    public void uploadIgnitions(NecoReader store, String id) throws IOException, InterruptedException {
        for (Map.Entry<String, Path> role : IgnitionUpload.roles(tools).entrySet()) {
            IgnitionTemplate template = IgnitionTemplate.build(role.getValue());
            if (!sabakan.ignitionIds(role.getKey()).contains(id)) {
                changes.add("ignition template " + role.getKey() + " " + id + " of "
                        + template.request(Map.of()).length() + " bytes and metadata");
            }
        }
    }

    @Override
    public void uploadCkeImages() throws IOException, InterruptedException {
        addMissing(tools.ckecli().images());
    }

    @Override
    public void setDhcp() throws IOException, InterruptedException {
        DhcpConfig shipped = NetbootContents.shippedDhcp(tools);
        if (!sabakan.dhcp().equals(Optional.of(shipped))) {
            changes.add("DHCP settings");
        }
    }

    private void addMissing(List<ContainerImage> images) throws IOException, InterruptedException {
        for (ContainerImage image : images) {
            if (sabakan.assetMeta(image.assetName()).isEmpty()) {
                changes.add("asset " + image.assetName());
            }
        }
    }

    @Override
    public List<String> changes() {
        return changes.all();
    }

    @Override
    public void close() throws IOException {
        access.close();
    }
}
