package io.neco.update;

/**
 * Something that people are to be told about an update. The leading updater notes it together with what it does, so that whoever leads next
 * tells it if the leader does not live to do so.
 *
 * <p>Source: docs/etcd-schema.md; the reference has nothing of the kind.
 *
 * @param kind what happened
 * @param request the update; whether it is stopped does not matter
 * @param message what exactly; empty for {@link Kind#SUCCEEDED}
 * @param isTold whether people have been told
 */
public record UpdateNotice(Kind kind, UpdateRequest request, String message, boolean isTold) {
    /** What can happen to an update. */
    public enum Kind {
        /** It began. */
        BEGUN("begun", false),
        /** All servers completed it. */
        SUCCEEDED("succeeded", true),
        /** It was stopped, because it was aborted or took too long. */
        FAILED("failed", true);

        private final String text;
        private final boolean isEnd;

        Kind(String text, boolean isEnd) {
            this.text = text;
            this.isEnd = isEnd;
        }

        /** The word that is stored. */
        public String text() {
            return text;
        }

        /** Whether nothing more will happen to the update. */
        public boolean isEnd() {
            return isEnd;
        }

        /**
         * The kind with a word.
         *
         * @throws IllegalArgumentException when there is none
         */
        public static Kind of(String text) {
            for (Kind kind : values()) {
                if (kind.text.equals(text)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("kind should be begun, succeeded or failed but is \"" + text + "\"");
        }
    }

    /** Something that has just happened. */
    public static UpdateNotice owed(Kind kind, UpdateRequest request, String message) {
        return new UpdateNotice(kind, request, message, false);
    }

    /** The same, told. */
    public UpdateNotice told() {
        return new UpdateNotice(kind, request, message, true);
    }

    /** Whether it is about an update: version and beginning name it. */
    public boolean isAbout(UpdateRequest other) {
        return request.version().equals(other.version()) && request.startedAt().isEqual(other.startedAt());
    }
}
