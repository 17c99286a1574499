package io.neco.worker.step;

import io.neco.store.NecoStore;
import io.neco.update.UpdateRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a step works with.
 *
 * @param host this boot server
 * @param store Neco's data in etcd
 * @param request the request the step belongs to
 * @param settings settings of {@code neco config} as of the step's beginning
 * @param cancellation the wish to end early
 * @param changes what the step has changed so far, for its log line
 */
public record StepContext(
        StepHost host,
        NecoStore store,
        UpdateRequest request,
        Settings settings,
        Cancellation cancellation,
        List<String> changes) {

    /** A context in which nothing has been changed. */
    public StepContext(
            StepHost host, NecoStore store, UpdateRequest request, Settings settings, Cancellation cancellation) {
        this(host, store, request, settings, cancellation, new ArrayList<>());
    }

    /** Notes for the log that the step has changed {@code what}. */
    public void changed(String what) {
        synchronized (changes) {
            changes.add(what);
        }
    }

    /** Notes for the log that the step has changed {@code what} if it has. */
    public void changed(String what, boolean isChanged) {
        if (isChanged) {
            changed(what);
        }
    }

    /** Whether the image recorded as installed on this server is another one than this release's. */
    public boolean needsImage(String name) {
        Optional<String> tag = store.installedContainerTag(host.lrn(), name);
        return tag.isEmpty() || !tag.get().equals(host.artifacts().image(name).tag());
    }

    /** Records that this release's image is installed on this server. */
    public void recordImage(String name) {
        String tag = host.artifacts().image(name).tag();
        store.recordContainerTag(host.lrn(), name, tag);
        changed("image " + name + " " + tag);
    }
}
