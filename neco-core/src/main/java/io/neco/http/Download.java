package io.neco.http;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file to fetch.
 *
 * @param source where it is
 * @param target the file to write; it appears when complete and verified, or not at all
 * @param size its size in bytes, when known beforehand
 * @param sha256 its SHA-256 digest in hexadecimal, when known beforehand
 */
public record Download(URI source, Path target, OptionalLong size, Optional<String> sha256) {

    /** A download of which nothing is known beforehand. */
    public static Download of(URI source, Path target) {
        return new Download(source, target, OptionalLong.empty(), Optional.empty());
    }

    @Override
    public String toString() {
        return WebClient.shown(source) + " to " + target;
    }
}
