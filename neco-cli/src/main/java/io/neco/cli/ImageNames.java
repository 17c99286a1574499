package io.neco.cli;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import java.util.Iterator;

/** Names of the artifact set's images, for completion. */
final class ImageNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return ArtifactSet.builtIn().images().stream().map(ContainerImage::name).iterator();
    }
}
