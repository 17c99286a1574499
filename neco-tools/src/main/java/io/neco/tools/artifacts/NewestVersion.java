package io.neco.tools.artifacts;

import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which of the versions on offer to take: the highest that is a release, not ignored and, if asked for, of one major version.
 * Pure. Source: generator/generate.go at 1eec387, which takes pre-releases when not generating for a release.
 *
 * @param ignored versions to pass over, as they are written
 * @param major the only major version to take; empty: any
 */
record NewestVersion(Set<String> ignored, Optional<BigInteger> major) {

    NewestVersion {
        ignored = Set.copyOf(ignored);
    }

    /**
     * The choice among an image's tags, of which only those with two dots are versions: {@code 1.2} names a branch.
     *
     * @param what the artifact, for messages
     * @throws IllegalArgumentException when no tag will do; the message tells what was on offer
     */
    String ofTags(String what, List<String> tags) {
        return highest(
                what,
                tags.stream()
                        .filter(tag -> tag.chars().filter(c -> c == '.').count() >= 2)
                        .toList(),
                tags.size());
    }

    /**
     * The choice among the operating system's versions.
     *
     * @throws IllegalArgumentException when one is malformed and not ignored, or none will do
     */
    String ofOsVersions(String what, Collection<String> versions) {
        for (String version : versions) {
            if (!ignored.contains(version) && Version.parse(version).isEmpty()) {
                throw new IllegalArgumentException(what + ": \"" + version
                        + "\" is no version; if it may be passed over, put it into the ignore file");
            }
        }
        return highest(what, List.copyOf(versions), versions.size());
    }

    private String highest(String what, List<String> candidates, int offered) {
        Predicate<Version> isWanted =
                v -> !v.isPreRelease() && major.map(m -> m.equals(v.major())).orElse(true);
        return candidates.stream()
                .filter(text -> !ignored.contains(text))
                .flatMap(text -> Version.parse(text).stream())
                .filter(isWanted)
                .max(Comparator.naturalOrder())
                .map(Version::original)
                .orElseThrow(() -> new IllegalArgumentException(
                        what + ": no version to choose among " + offered + " on offer" + conditions()));
    }

    /** What a candidate has to be, in words. */
    String conditions() {
        return " (wanted: a release"
                + major.map(m -> " of major version " + m).orElse("")
                + (ignored.isEmpty()
                        ? ""
                        : ", not one of the ignored " + String.join(", ", new java.util.TreeSet<>(ignored)))
                + ")";
    }
}
