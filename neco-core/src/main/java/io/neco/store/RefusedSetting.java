package io.neco.store;

import java.util.function.Supplier;

/** Is told of each setting that makes no sense, so that it keeps no daemon from heeding the others. */
@FunctionalInterface
public interface RefusedSetting {
    /**
     * A setting is not taken up.
     *
     * @param goingOn what the daemon does without it, in words for the log
     * @param why with the key, and what to do
     */
    void tell(String goingOn, MalformedValueException why);

    /** Reads a setting; that it makes no sense is told, and {@code before} is the answer. */
    default <T> T orBefore(Supplier<T> read, T before, String goingOn) {
        try {
            return read.get();
        } catch (MalformedValueException e) {
            tell(goingOn, e);
            return before;
        }
    }

    /** The words for a setting whose former value stays. */
    static String withPrevious(String name) {
        return "going on with the previous " + name + " until it is mended";
    }
}
