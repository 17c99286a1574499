package io.neco.worker;

import io.neco.store.Snapshot;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import io.neco.worker.WorkerEvent.StatusReported;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a view tells somebody who stands at the barrier before a step, as the events they would have heard: first who has arrived there,
 * then everything else.
 *
 * @param arrivals reports of the step, also of those who are further by now and so must have been here
 * @param news reports of the next step, completions, abortions, and steps nobody should be in
 */
record Handover(List<StatusReported> arrivals, List<StatusReported> news) {

    /**
     * @param statuses the reports in the view
     * @param revision the view's revision
     * @param isResumed whether this worker has been in the update before; otherwise nobody can be further than it, and completions are
     *     those of an earlier request
     */
    static Handover of(
            UpdateRequest request, int step, Map<Integer, UpdateStatus> statuses, long revision, boolean isResumed) {
        List<StatusReported> arrivals = new ArrayList<>();
        List<StatusReported> news = new ArrayList<>();
        for (int lrn : request.servers()) {
            UpdateStatus status = statuses.get(lrn);
            if (status == null || !status.version().equals(request.version())) {
                continue;
            }
            StatusReported report = new StatusReported(revision, lrn, status);
            boolean isCompleted = status.condition() == UpdateCondition.COMPLETED;
            if (status.condition() == UpdateCondition.ABORTED) {
                news.add(report);
            } else if (status.step() == step && !isCompleted) {
                arrivals.add(report);
            } else if (!isCompleted && status.step() != step - 1 && status.step() != step + 1) {
                news.add(report);
            } else if (isResumed && (isCompleted || status.step() == step + 1)) {
                arrivals.add(new StatusReported(revision, lrn, UpdateStatus.running(request.version(), step)));
                news.add(report);
            }
        }
        return new Handover(arrivals, news);
    }

    /**
     * Why an update was stopped, as far as a view tells: who has aborted it, before the stop that this has caused.
     *
     * @param me whose own report is no news
     */
    static List<StatusReported> reasons(UpdateRequest request, int me, Snapshot view) {
        return request.servers().stream()
                .filter(lrn -> lrn != me)
                .flatMap(lrn -> Optional.ofNullable(view.statuses().get(lrn))
                        .filter(status -> status.version().equals(request.version()))
                        .filter(status -> status.condition() == UpdateCondition.ABORTED)
                        .map(status -> new StatusReported(view.revision(), lrn, status))
                        .stream())
                .toList();
    }
}
