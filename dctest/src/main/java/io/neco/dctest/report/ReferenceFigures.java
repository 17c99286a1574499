package io.neco.dctest.report;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How long the reference took: cybozu-go/neco at 1eec387, its own binaries on three hosts of a lab of this kind, with 2 cores for
 * everything (November 2026, one run). Seconds.
 *
 * @param steps of steps 1 to 17, in order; the last one does nothing
 * @param toFirstStep from the request until step 1 is open on all
 * @param completed from the request until all are completed
 * @param idle from the request until all workers are idle again
 */
record ReferenceFigures(List<Double> steps, double toFirstStep, double completed, double idle) {
    /** An upgrade in which only the version changes. */
    static final ReferenceFigures UPGRADE = new ReferenceFigures(
            List.of(.49, .05, 1.07, 12.22, .014, .012, .67, 1.25, 6.77, 5.78, .0, 1.27, .11, .37, .13, .01, .11),
            18.3,
            48.7,
            174.1);

    /** The same version once more. */
    static final ReferenceFigures AGAIN = new ReferenceFigures(
            List.of(.41, .14, 1.13, 12.40, .015, .011, .60, 1.14, 6.79, 5.62, .0, 1.14, .10, .25, .14, .01, .10),
            .03,
            30.0,
            159.4);

    /** {@code neco setup} of three servers. */
    static final double SETUP = 28.5;
    /** The first {@code neco init-data}, with small artifacts. */
    static final double INIT_DATA = 2.65;
    /** A worker that does nothing is stopped. */
    static final double STOP = 5.0;
    /** A barrier before a step that does nothing, until the first report after it: median. */
    static final double BARRIER_FIRST = .0017;
    /** ... until the last report after it: median. */
    static final double BARRIER_LAST = .0068;
    /** A setting changes, until all updaters and workers have taken it up: the least. */
    static final double SETTING = 42;
    /** The leading updater is killed, until another one leads: the least. */
    static final double TAKE_OVER = 59;

    /** The seconds of a step; empty for one that the reference does not have. */
    OptionalDouble step(int number) {
        return number >= 1 && number <= steps.size()
                ? OptionalDouble.of(steps.get(number - 1))
                : OptionalDouble.empty();
    }
}
