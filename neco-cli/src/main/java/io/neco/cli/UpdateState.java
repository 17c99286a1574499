package io.neco.cli;

/** How the whole update stands. */
enum UpdateState {
    /** There is no request. */
    CLEAR("clear", ExitCode.OK),
    /** Workers are at it. */
    RUNNING("running", ExitCode.RUNNING),
    /** A worker gave up. */
    ABORTED("aborted", ExitCode.ABORTED),
    /** The request is marked as stopped, though no worker gave up: nothing goes on until a person does something. */
    STOPPED("stopped", ExitCode.ABORTED),
    /** Every member has finished. */
    COMPLETED("completed", ExitCode.OK);

    private final String text;
    private final int exitCode;

    UpdateState(String text, int exitCode) {
        this.text = text;
        this.exitCode = exitCode;
    }

    /** The word shown to people. */
    String text() {
        return text;
    }

    /** The exit status that tells it. */
    int exitCode() {
        return exitCode;
    }
}
