package io.neco.updater;

/** The leadership is lost; whatever is under way ends. */
final class TermEndedException extends Exception {
    private static final long serialVersionUID = 1L;

    TermEndedException() {
        super("lost the leadership");
    }
}
