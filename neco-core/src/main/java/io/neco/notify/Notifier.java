package io.neco.notify;

import java.io.IOException;

/** Tells people; source: ext/notifier.go at 1eec387. */
public sealed interface Notifier extends AutoCloseable permits Notifier.None, SlackNotifier {

    /**
     * Tells people, within a few seconds.
     *
     * @throws IOException when it cannot; the message names the service, never its address, which is a secret
     */
    void send(Notification notification) throws IOException, InterruptedException;

    @Override
    void close();

    /** Tells nobody. */
    record None() implements Notifier {
        @Override
        public void send(Notification notification) {
            // nobody wants to know
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
