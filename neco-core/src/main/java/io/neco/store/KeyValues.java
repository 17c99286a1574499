package io.neco.store;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The answer to a {@link KeyRange}.
 *
 * @param revision etcd's revision when it answered
 * @param entries in key order
 */
record KeyValues(long revision, List<Entry> entries) {

    /** A key and its value. */
    static final class Entry {
        private final String key;
        private final byte[] value;
        private final long modRevision;

        Entry(String key, byte[] value, long modRevision) {
            this.key = key;
            this.value = value;
            this.modRevision = modRevision;
        }

        /** Without the name space. */
        String key() {
            return key;
        }

        /** Not to be changed. */
        byte[] value() {
            return value;
        }

        String text() {
            return new String(value, StandardCharsets.UTF_8);
        }

        /** The revision that wrote it. */
        long modRevision() {
            return modRevision;
        }
    }
}
