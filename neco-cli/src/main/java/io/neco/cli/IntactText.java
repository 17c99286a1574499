package io.neco.cli;

/**
 * Text that was given in bytes which are text: where they are not, the JVM puts U+FFFD in their place without a word, and a password would
 * be stored as another one.
 */
final class IntactText {
    private static final char REPLACEMENT = '\uFFFD';

    private IntactText() {}

    /**
     * The text itself.
     *
     * @param source where it comes from, for the message, which does not show the text: it may be a secret
     * @throws IllegalArgumentException when something of it was lost
     */
    static String require(String text, String source) {
        if (text.indexOf(REPLACEMENT) >= 0) {
            throw new IllegalArgumentException(
                    source
                            + " has bytes that are no UTF-8 text, so that it cannot be taken as it is; give it in UTF-8, e.g. from a terminal with the locale C.UTF-8");
        }
        return text;
    }
}
