package io.neco.store;

/** What a {@link StoreWatch} can listen to. */
public enum WatchTopic {
    /** {@code status/current} only. */
    REQUEST,
    /** {@code status/current} and {@code status/bootservers/}, as one stream in revision order. */
    STATUS,
    /** Everything below {@code info/}. */
    INFO,
    /** Everything below {@code config/}. */
    CONFIG
}
