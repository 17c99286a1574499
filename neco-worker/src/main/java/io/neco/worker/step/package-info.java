/**
 * The steps of an update, one class each, and {@link io.neco.worker.step.UpdatePlan}, the ordered list of them.
 * A step is idempotent: a worker that was restarted in the middle of one runs it again from its beginning.
 */
@NullMarked
package io.neco.worker.step;

import org.jspecify.annotations.NullMarked;
