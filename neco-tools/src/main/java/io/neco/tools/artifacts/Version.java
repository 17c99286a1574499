package io.neco.tools.artifacts;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of an artifact, ordered as semantic versions are, with any number of segments. Source: the versions generator/generate.go
 * at 1eec387 accepts, i.e. those of github.com/hashicorp/go-version.
 *
 * @param original as it was written, e.g. {@code v1.4.0}
 * @param segments the numbers, e.g. 1, 4, 0
 * @param preRelease what marks a pre-release, e.g. {@code rc.1}; empty for a release
 */
record Version(String original, List<BigInteger> segments, String preRelease) implements Comparable<Version> {
    private static final Pattern FORM = Pattern.compile(
            "v?(\\d+(?:\\.\\d+)*)(?:-(\\d[0-9A-Za-z~.-]*)|-?([A-Za-z~][0-9A-Za-z~.-]*))?(?:\\+[0-9A-Za-z~.-]+)?");

    Version {
        segments = List.copyOf(segments);
    }

    /** Reads a version; empty when the text is none. */
    static Optional<Version> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        String preRelease = form.group(2) != null ? form.group(2) : form.group(3) != null ? form.group(3) : "";
        return Optional.of(new Version(
                text,
                Arrays.stream(form.group(1).split("\\.")).map(BigInteger::new).toList(),
                preRelease));
    }

    boolean isPreRelease() {
        return !preRelease.isEmpty();
    }

    BigInteger major() {
        return segments.get(0);
    }

    /** By segments, missing ones being 0; a pre-release is before its release. Build metadata does not count. */
    @Override
    public int compareTo(Version other) {
        for (int i = 0; i < Math.max(segments.size(), other.segments.size()); i++) {
            int order = segment(i).compareTo(other.segment(i));
            if (order != 0) {
                return order;
            }
        }
        if (isPreRelease() != other.isPreRelease()) {
            return isPreRelease() ? -1 : 1;
        }
        return comparePreReleases(parts(preRelease), parts(other.preRelease));
    }

    private BigInteger segment(int i) {
        return i < segments.size() ? segments.get(i) : BigInteger.ZERO;
    }

    private static List<String> parts(String preRelease) {
        return new ArrayList<>(Arrays.asList(preRelease.split("\\.", -1)));
    }

    /** Source: semver.org, rule 11. */
    private static int comparePreReleases(List<String> ours, List<String> others) {
        for (int i = 0; i < Math.min(ours.size(), others.size()); i++) {
            String a = ours.get(i);
            String b = others.get(i);
            boolean aIsNumber = a.matches("\\d+");
            boolean bIsNumber = b.matches("\\d+");
            int order = aIsNumber && bIsNumber
                    ? new BigInteger(a).compareTo(new BigInteger(b))
                    : aIsNumber != bIsNumber ? (aIsNumber ? -1 : 1) : a.compareTo(b);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(ours.size(), others.size());
    }
}
