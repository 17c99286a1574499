package io.neco.store;

/**
 * A running watch. It resumes from the last delivered revision after any loss of connection, whichever endpoint is lost, and says
 * {@link StoreEvent.Missed} after a compaction. It ends only by {@link #close()}.
 */
public interface StoreWatch extends AutoCloseable {
    /** Ends the watch; no event is delivered after the return. */
    @Override
    void close();
}
