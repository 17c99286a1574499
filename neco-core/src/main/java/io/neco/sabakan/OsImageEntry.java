package io.neco.sabakan;

/**
 * An operating system image sabakan knows.
 *
 * @param id its version, e.g. {@code 3139.2.1}
 * @param size size in bytes
 * @param exists whether this server has a copy already
 */
public record OsImageEntry(String id, long size, boolean exists) {}
