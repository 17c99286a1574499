package io.neco.release;

/** Tags of releases; source: updater/release.go at 1eec387. */
public final class ReleaseTag {
    private static final String PREFIX = "release-";

    private ReleaseTag() {}

    /**
     * The tag without what stands before its first hyphen; whatever that is, as in the reference: {@code release-2018.11.07-1} and
     * {@code test-2018.11.07-1} give the same. A tag without a hyphen stays as it is.
     */
    public static String withoutPrefix(String tag) {
        int hyphen = tag.indexOf('-');
        return hyphen < 0 ? tag : tag.substring(hyphen + 1);
    }

    /** The tag of the release with the package of {@code version}. */
    public static String of(String version) {
        return PREFIX + version;
    }
}
