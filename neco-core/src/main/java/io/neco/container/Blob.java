package io.neco.container;

/**
 * Content of a registry, known by its digest.
 *
 * @param mediaType what it is
 * @param hex its SHA-256 digest, 64 hexadecimal digits
 * @param size its size in bytes
 */
record Blob(String mediaType, String hex, long size) {
    private static final String SHA256 = "sha256:";

    static Blob of(String mediaType, String digest, long size) {
        if (!digest.matches(SHA256 + "[0-9a-f]{64}") || size < 0) {
            throw new IllegalArgumentException("\"" + digest + "\" of " + size + " bytes");
        }
        return new Blob(mediaType, digest.substring(SHA256.length()), size);
    }

    /** {@code sha256:HEX}. */
    String digest() {
        return SHA256 + hex;
    }
}
