package io.neco.worker.step;

import io.neco.contents.ContentsAccess;
import java.io.IOException;

/** Where steps fetch contents from, and where they bring them. */
@FunctionalInterface
public interface ContentsSources {

    /**
     * The way there as of now; whoever asks closes it.
     *
     * @param settings proxy and credentials
     */
    ContentsAccess open(StepHost host, Settings settings) throws IOException;
}
