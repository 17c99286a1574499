package io.neco.store;

/**
 * Which keys to read.
 *
 * @param key first key, without the name space
 * @param prefix whether everything beginning with {@code key} is meant
 * @param revision etcd's revision to read at; 0: the newest
 * @param keysOnly whether the values stay away
 */
record KeyRange(String key, boolean prefix, long revision, boolean keysOnly) {

    static KeyRange of(String key) {
        return new KeyRange(key, false, 0, false);
    }

    static KeyRange under(String prefix) {
        return new KeyRange(prefix, true, 0, false);
    }

    KeyRange at(long otherRevision) {
        return new KeyRange(key, prefix, otherRevision, keysOnly);
    }

    KeyRange withoutValues() {
        return new KeyRange(key, prefix, revision, true);
    }
}
