package io.neco.worker;

import java.util.Optional;

/**
 * The state of a worker. It changes by {@link #on} only, which is a pure function: no clock, no thread, no input or output.
 *
 * <p>Source: worker/worker.go at 1eec387; the protocol is described in docs/update.md.
 *
 * @param self what does not change
 * @param phase what the worker is about
 * @param seen newest revision dealt with; events up to it are old news
 * @param known newest revision at which the request is known to be the one this worker works on; its reports are about that one
 * @param isBlind whether the last view could not be understood, so that another one is taken as soon as anything changes
 */
record WorkerState(Self self, Phase phase, long seen, long known, boolean isBlind) {

    /** A worker that has just started; its first effect is {@link Effect.TakeView}. */
    static Transition start(Self self, Optional<JournalEntry> journal) {
        return new Transition(
                new WorkerState(self, new Phase.Deciding(journal), 0, 0, false),
                java.util.List.of(new Effect.TakeView()));
    }

    /** The state and the effects after an event. */
    Transition on(WorkerEvent event) {
        Turn turn = new Turn(this);
        turn.handle(event);
        return turn.end();
    }
}
