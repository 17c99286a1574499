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
        return "write it anew or delete it with etcdctl";
    }
}
