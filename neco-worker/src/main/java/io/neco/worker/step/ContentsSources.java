package io.neco.worker.step;

import io.neco.contents.Netboot;
import java.io.IOException;

/** Where steps fetch contents from, and where they bring them. */
public interface ContentsSources {

    /**
     * The way there as of now; whoever asks closes it.
     *
     * @param settings proxy and credentials
     */
    Netboot open(StepHost host, Settings settings) throws IOException;

    /** The same, which only tells what would be changed; whoever asks closes it. */
    Netboot preview(StepHost host, Settings settings) throws IOException;
}
