package io.neco.store;

import java.util.List;

/**
 * A member of the etcd cluster.
 *
 * @param id its id
 * @param name its name; empty for one that was added but never started
 * @param peerUrls where its peers reach it
 * @param clientUrls where clients reach it
 * @param isLearner whether it does not vote yet
 */
public record Member(long id, String name, List<String> peerUrls, List<String> clientUrls, boolean isLearner) {}
