package io.neco.dctest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.report.RecordedEvent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AimTest {
    private static UpdateView view(Map<String, String> below) throws IOException {
        UpdateView view = new UpdateView();
        for (var entry : below.entrySet()) {
            view.accept(new RecordedEvent(0, UpdateView.STATUS + entry.getKey(), entry.getValue(), false));
        }
        return view;
    }

    private static final String REQUEST = "{\"version\":\"2022.05.25-2\",\"servers\":[0,1,2]}";

    @Test
    void anInstallationIsHitAsSoonAsItIsRequested() throws IOException {
        Aim aim = Aim.of(new Cell(Cell.INSTALLATION, Fault.WORKER));

        assertThat(aim.victim(view(Map.of()))).isEmpty();
        assertThat(aim.victim(view(Map.of("current", REQUEST)))).contains(0);
        assertThat(aim.inUnpacking()).isFalse();
    }

    @Test
    void whatAWholeHostSuffersComesWhileDpkgUnpacks() {
        assertThat(List.of(Fault.REBOOT, Fault.ETCD, Fault.PAUSE, Fault.CUT))
                .allMatch(fault -> Aim.of(new Cell(Cell.INSTALLATION, fault)).inUnpacking())
                .noneMatch(fault -> Aim.of(new Cell(4, fault)).inUnpacking());
    }
}
