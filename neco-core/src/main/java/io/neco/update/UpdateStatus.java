package io.neco.update;

/**
 * What one worker reports at {@code status/bootservers/LRN}.
 *
 * <p>Source: update.go at 1eec387.
 *
 * @param version version of the request this report belongs to
 * @param step step the worker has arrived at, counted from 1
 * @param condition where the worker stands
 * @param message why the worker aborted; empty otherwise
 */
public record UpdateStatus(String version, int step, UpdateCondition condition, String message) {

    /** A report that the worker has arrived at {@code step} and works on it once everybody has. */
    public static UpdateStatus running(String version, int step) {
        return new UpdateStatus(version, step, UpdateCondition.RUNNING, "");
    }

    /** A report that the worker gave up at {@code step}. */
    public static UpdateStatus aborted(String version, int step, String message) {
        return new UpdateStatus(version, step, UpdateCondition.ABORTED, message);
    }

    /** A report that the worker finished {@code step}, the last one. */
    public static UpdateStatus completed(String version, int step) {
        return new UpdateStatus(version, step, UpdateCondition.COMPLETED, "");
    }

    /** This report with another condition, everything else unchanged. */
    public UpdateStatus withCondition(UpdateCondition other) {
        return new UpdateStatus(version, step, other, message);
    }
}
