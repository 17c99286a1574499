package io.neco.updater;

/**
 * What an environment is offered.
 *
 * @param version what it offers: of a tag, what follows its first hyphen
 * @param origin where that comes from, in words
 * @param cure what to do about it if it is no release
 */
record Offer(String version, String origin, String cure) {

    /** What to tell of it when {@code problem} is that it is no release. */
    String complaint(String problem) {
        return problem + ": " + origin + ", and what stands before the first hyphen of a tag is cut off; " + cure;
    }
}
