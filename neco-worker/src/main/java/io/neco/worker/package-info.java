/**
 * neco-worker: installs the requested release and walks the update steps in lock-step with the other boot servers.
 * {@link io.neco.worker.WorkerState} decides, as pure transitions; the other classes carry its decisions out.
 */
@NullMarked
package io.neco.worker;

import org.jspecify.annotations.NullMarked;
