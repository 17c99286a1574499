package io.neco.worker;

/** A mistake built into the simulated shell, to see that the simulation notices it. */
enum Mutation {
    /** None. */
    NONE,
    /** A worker runs a step without waiting for the others. */
    SKIP_BARRIER,
    /** etcd takes a leader's write although its key is gone. */
    DROP_GUARD,
    /** The first report is written before the journal is on disk. */
    NO_FLUSH,
    /** A report whose fate is unknown is written again without a look at what is stored. */
    REPEAT_REPORT,
    /** A report is written whatever has become of the request it is about. */
    UNGUARDED_REPORT,
    /** A restarted worker goes on one step too far. */
    RESUME_NEXT_STEP,
    /** etcd is restarted without the workers' lock. */
    NO_RESTART_LOCK,
    /** A worker that stood still believes that it holds the lock until it is told otherwise. */
    IGNORE_CLOCK_OF_LOCK,
    /** The journal does not tell that etcd is still to be restarted. */
    FORGET_RESTART,
    /** A worker does not look at everything anew after revisions were compacted away. */
    IGNORE_MISSED,
    /** A step that was cut short counts as done. */
    CANCELLED_IS_DONE
}
