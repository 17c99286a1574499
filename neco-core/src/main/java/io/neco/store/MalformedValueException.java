package io.neco.store;

/** A key holds something that is not what the schema says; the message names the key and the value, and tells what to do. */
public final class MalformedValueException extends StoreException {
    private static final long serialVersionUID = 1L;

    /**
     * The message is {@code problem} and, after a semicolon, what an operator can do about a key of this kind.
     *
     * @param key the key, without the name space
     * @param problem key, value, and what was expected
     */
    public MalformedValueException(String key, String problem, Throwable cause) {
        super(problem + "; " + cure(key), cause);
    }

    private static String cure(String key) {
        if (key.startsWith(SchemaKeys.CONFIG)) {
            return "set it anew with `neco config set " + key.substring(key.lastIndexOf('/') + 1) + "`";
        }
        if (key.equals(SchemaKeys.REQUEST)) {
            // reports that stayed would be taken for some about the next request
            return "delete everything below " + SchemaKeys.STATUS
                    + " with etcdctl, which ends the update; neco-updater then asks for a new one";
        }
        if (key.startsWith(SchemaKeys.STATUSES)) {
            return "delete it with etcdctl, or run `neco recover` when the update is stopped";
        }
        if (key.startsWith(SchemaKeys.CONTENTS)) {
            return "delete it with etcdctl, or run `neco recover` or `neco retry` when the update is stopped";
        }
        if (key.equals(SchemaKeys.CKE_WEIGHT)) {
            return "delete it with etcdctl, then set the weights anew with `neco cke weight set`";
        }
        if (key.startsWith(SchemaKeys.NOTICES)) {
            return "the leading neco-updater deletes it";
        }
        if (key.startsWith(SchemaKeys.FINISH)) {
            // a server that is done will not write its own again
            return "if `neco setup` has ended well on that server, put 1 there with `etcdctl put`, else remove the key with"
                    + " `etcdctl del`; then run the same `neco setup` again";
        }
        return "delete it with etcdctl";
    }
}
