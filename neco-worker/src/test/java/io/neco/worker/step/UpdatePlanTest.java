package io.neco.worker.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UpdatePlanTest {
    @Test
    void numbersItsStepsFromOneAndKnowsTheLast() {
        UpdatePlan plan = UpdatePlan.ofThisRelease();

        assertThat(plan.steps())
                .extracting(UpdateStep::name)
                .containsExactly(
                        "FetchImages",
                        "UpdateEtcd",
                        "StopVault",
                        "UpdateVault",
                        "UpdateSetupHW",
                        "UpdateSerf",
                        "UpdateSetupSerfTags",
                        "UpdateEtcdpasswd",
                        "UpdateSabakan",
                        "UpdateSabakanStateSetter",
                        "StopCKE",
                        "UpdateCKE",
                        "UpdateCKEContents",
                        "UpdateSabakanContents",
                        "UpdateDHCPJSON",
                        "UpdatePromtail",
                        "UpdateUserResources",
                        "FinalStep");
        assertThat(plan.step(1)).isInstanceOf(FetchImages.class);
        assertThat(plan.step(plan.lastStep())).isInstanceOf(FinalStep.class);
    }

    @Test
    void refusesOtherNumbers() {
        UpdatePlan plan = UpdatePlan.ofThisRelease();

        assertThatThrownBy(() -> plan.step(0)).hasMessage("invalid step: 0");
        assertThatThrownBy(() -> plan.step(plan.lastStep() + 1)).hasMessage("invalid step: " + (plan.lastStep() + 1));
    }
}
