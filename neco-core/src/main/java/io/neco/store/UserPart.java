package io.neco.store;

/**
 * One of the things that make a user of etcd.
 *
 * @param what e.g. {@code role cke of etcd}
 * @param isNew whether it was made just now; false: it was there before
 */
public record UserPart(String what, boolean isNew) {}
