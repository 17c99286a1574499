package io.neco.store;

import java.util.Map;
import java.util.Optional;

/**
 * What is recorded as installed on one boot server; docs/etcd-schema.md.
 *
 * @param containerTags tag of each container image, by the image's name
 * @param debReleases release of each Debian package that does not come from Debian, by the package's name
 */
public record Installed(Map<String, String> containerTags, Map<String, String> debReleases) {

    /** Copies both. */
    public Installed {
        containerTags = Map.copyOf(containerTags);
        debReleases = Map.copyOf(debReleases);
    }

    /** The tag of a container image; empty when none is recorded. */
    public Optional<String> containerTag(String name) {
        return Optional.ofNullable(containerTags.get(name));
    }

    /** The release of a Debian package; empty when none is recorded. */
    public Optional<String> debRelease(String name) {
        return Optional.ofNullable(debReleases.get(name));
    }
}
