package io.neco.worker;

import io.neco.update.UpdateCondition;
import io.neco.update.UpdateProgress;
import io.neco.update.UpdateStatus;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** When a worker that has just started takes an update for aborted; source: worker/worker.go at 1eec387. */
final class AbortRules {
    private AbortRules() {}

    /**
     * Whether an update was aborted or interrupted: somebody gave up, or somebody is in the middle of it although this worker, which
     * knows nothing of it, cannot have taken part. Other servers in step 1 only wait for this one.
     */
    static boolean isAborted(String version, int me, Map<Integer, UpdateStatus> statuses) {
        return culprit(version, me, statuses).isPresent();
    }

    /** Why this server gives up after another one has: the reference's words, then the reason of the server that failed first. */
    static String failedAt(int lrn, UpdateStatus report) {
        String reason = report.message();
        if (reason.startsWith(UpdateProgress.OTHER_FAILED)) {
            return reason;
        }
        return UpdateProgress.OTHER_FAILED + lrn + (reason.isEmpty() ? "" : ": " + reason);
    }

    /** Why an update counts as aborted, for the operator; empty when it does not. */
    static Optional<String> culprit(String version, int me, Map<Integer, UpdateStatus> statuses) {
        UpdateStatus own = statuses.get(me);
        if (own != null && isOf(version, own, UpdateCondition.ABORTED)) {
            return Optional.of(own.message());
        }
        Map<Integer, UpdateStatus> others = new TreeMap<>(statuses);
        others.remove(me);
        for (Map.Entry<Integer, UpdateStatus> entry : others.entrySet()) {
            if (isOf(version, entry.getValue(), UpdateCondition.ABORTED)) {
                return Optional.of(failedAt(entry.getKey(), entry.getValue()));
            }
        }
        if (own != null && own.version().equals(version) && own.condition() != UpdateCondition.COMPLETED) {
            return Optional.of("neco-worker was restarted in step " + own.step()
                    + " and does not know how far it had come; run `neco recover` to try again");
        }
        for (Map.Entry<Integer, UpdateStatus> entry : others.entrySet()) {
            UpdateStatus status = entry.getValue();
            if (status.version().equals(version)
                    && status.condition() != UpdateCondition.COMPLETED
                    && status.step() != 1) {
                return Optional.of("boot server " + entry.getKey() + " is in step " + status.step()
                        + " of an update this one did not take part in; run `neco recover` to try again");
            }
        }
        return Optional.empty();
    }

    private static boolean isOf(String version, UpdateStatus status, UpdateCondition condition) {
        return status.version().equals(version) && status.condition() == condition;
    }
}
