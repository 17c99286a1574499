package io.neco.worker.step;

import io.neco.contents.Netboot;
import io.neco.store.ContentsKey;
import java.io.IOException;
import java.time.Duration;

/**
 * Has one server tell sabakan how addresses are given to nodes, as in {@code /usr/share/neco/dhcp.json}.
 *
 * <p>Source: worker/sabakan.go at 1eec387.
 */
public final class UpdateDHCPJSON implements UpdateStep {
    @Override
    public String description() {
        return "gives sabakan the DHCP settings of dhcp.json (one server for all)";
    }

    @Override
    public boolean isRehearsable() {
        return true;
    }

    @Override
    public Duration deadline() {
        return ContentsGuard.DEADLINE;
    }

    @Override
    public void run(StepContext context) throws IOException, CancelledException, InterruptedException {
        SabakanWork.run(
                context,
                ContentsKey.DHCP_JSON,
                "sabakan: skipped uploading dhcp.json because sabakan is inactive",
                Netboot::setDhcp);
    }
}
