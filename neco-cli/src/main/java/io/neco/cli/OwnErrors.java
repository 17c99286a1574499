package io.neco.cli;

/** A command whose errors have a form and an exit status of their own. */
interface OwnErrors extends NecoCommand {
    /** Tells of the error and returns the exit status. */
    int failed(Exception error);
}
