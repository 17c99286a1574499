package io.neco.notify;

import io.neco.update.UpdateRequest;

/**
 * Something people want to know about an update; source: ext/notifier.go at 1eec387.
 *
 * @param kind what happened
 * @param request the update
 * @param message what exactly; empty for {@link Kind#SUCCEEDED}
 */
public record Notification(Kind kind, UpdateRequest request, String message) {
    /** What can happen to an update. */
    public enum Kind {
        /** It began. */
        INFO,
        /** All servers completed it. */
        SUCCEEDED,
        /** It was aborted or took too long. */
        FAILURE
    }
}
