package io.neco.store;

/**
 * The key whose existence guards a leader's writes.
 *
 * @param key without the prefix, e.g. {@code leader/updater//3097a20e2a759a3f}
 */
public record LeaderKey(String key) {
    /** Guards the writes of {@code neco setup}, before there are elections. */
    public static final LeaderKey SETUP = new LeaderKey("vault-unseal-key");
}
