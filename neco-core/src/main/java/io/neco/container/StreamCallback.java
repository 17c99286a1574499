package io.neco.container;

import com.github.dockerjava.api.async.ResultCallback;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what the engine streams. A failure is thrown by {@link #await}; docker-java's own callbacks would log it as well. */
abstract class StreamCallback<T> extends ResultCallback.Adapter<T> {
    private static final Logger log = LoggerFactory.getLogger(StreamCallback.class);

    private volatile @Nullable Throwable failure;

    @Override
    public void onError(Throwable error) {
        failure = error;
        try {
            close();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("docker: failed to close a stream");
        }
    }

    /** Waits for the end of the stream. */
    void await() throws IOException, InterruptedException {
        awaitCompletion();
        Throwable error = failure;
        if (error instanceof IOException io) {
            throw io;
        }
        if (error instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (error != null) {
            throw new IOException(error);
        }
    }
}
