package io.neco.update;

/**
 * Where one worker stands in an update.
 *
 * <p>Source: update.go at 1eec387. On the wire it is the bare number {@link #code()}.
 */
public enum UpdateCondition {
    /** Nothing has been done yet. */
    NOT_RUNNING(0, "not running"),
    /** The worker is at work on its step, or waits for others to arrive at it. */
    RUNNING(1, "running"),
    /** The worker has given up; the status' message says why. */
    ABORTED(2, "aborted"),
    /** The worker has finished the last step. */
    COMPLETED(3, "completed"),
    /** A number this version does not know; never written. */
    UNKNOWN(-1, "unknown");

    private final int code;
    private final String text;

    UpdateCondition(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The number used on the wire; -1 for {@link #UNKNOWN}. */
    public int code() {
        return code;
    }

    /** The word shown to people, as the reference's {@code neco status} prints it. */
    public String text() {
        return text;
    }

    /** The condition with the given wire number, or {@link #UNKNOWN}. */
    public static UpdateCondition fromCode(int code) {
        for (UpdateCondition c : values()) {
            if (c.code == code && c != UNKNOWN) {
                return c;
            }
        }
        return UNKNOWN;
    }
}
