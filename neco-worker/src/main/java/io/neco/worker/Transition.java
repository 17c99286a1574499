package io.neco.worker;

import java.util.List;

/**
 * The answer to an event.
 *
 * @param state the state from now on
 * @param effects what is to be done, in this order
 */
record Transition(WorkerState state, List<Effect> effects) {
    Transition {
        effects = List.copyOf(effects);
    }
}
