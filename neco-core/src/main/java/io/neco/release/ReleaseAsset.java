package io.neco.release;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file of a release.
 *
 * @param name its name
 * @param size its size in bytes, when the server gives it
 * @param sha256 its SHA-256 digest in hexadecimal, when the server gives it
 * @param downloadUrl where browsers download it; empty text when the server gives none
 */
public record ReleaseAsset(String name, OptionalLong size, Optional<String> sha256, String downloadUrl) {}
