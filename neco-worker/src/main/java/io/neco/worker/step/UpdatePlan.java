package io.neco.worker.step;

import java.util.List;

/**
 * The steps of an update, in order. A step's number is its place in this list, counted from 1; nothing else knows how many there are.
 *
 * <p>Source: worker/operator.go at 1eec387.
 *
 * @param steps all steps; every server of a cluster has the same list, since it comes with the version
 */
public record UpdatePlan(List<UpdateStep> steps) {

    /** Copies the list. */
    public UpdatePlan {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("an update has at least one step");
        }
    }

    /** The steps of this release. */
    public static UpdatePlan ofThisRelease() {
        return new UpdatePlan(List.of(
                new FetchImages(),
                new UpdateEtcd(),
                new StopVault(),
                new UpdateVault(),
                new UpdateSetupHW(),
                new UpdateSerf(),
                new UpdateSetupSerfTags(),
                new UpdateEtcdpasswd(),
                new UpdateSabakan(),
                new UpdateSabakanStateSetter(),
                new StopCKE(),
                new UpdateCKE(),
                new UpdateCKEContents(),
                new UpdateSabakanContents(),
                new UpdateDHCPJSON(),
                new UpdatePromtail(),
                new UpdateUserResources(),
                new FinalStep()));
    }

    /** Number of the last step. */
    public int lastStep() {
        return steps.size();
    }

    /** The step with a number. */
    public UpdateStep step(int number) {
        if (number < 1 || number > steps.size()) {
            throw new IllegalArgumentException("invalid step: " + number);
        }
        return steps.get(number - 1);
    }
}
