package io.neco.contents;

/** Told how the work gets on, from several threads. */
@FunctionalInterface
public interface Progress {
    /** Tells nobody. */
    Progress NONE = what -> new Item() {
        @Override
        public void doing(String phase, long total) {}

        @Override
        public void reached(long bytes) {}

        @Override
        public void ended(String outcome) {}
    };

    /** Something is begun, e.g. {@code image bird}. */
    Item begin(String what);

    /** Something under way. */
    interface Item {
        /**
         * A phase of it begins.
         *
         * @param phase what is done now, e.g. {@code uploading}
         * @param total how many bytes there are to be done; 0: unknown
         */
        void doing(String phase, long total);

        /** So many bytes of the phase are done. */
        void reached(long bytes);

        /**
         * It has ended.
         *
         * @param outcome in a few words, e.g. {@code uploaded}, {@code is there already}, {@code failed}
         */
        void ended(String outcome);
    }
}
