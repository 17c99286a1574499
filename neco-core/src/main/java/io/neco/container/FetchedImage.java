package io.neco.container;

import java.nio.file.Path;

/**
 * An image as a file for {@code docker load}.
 *
 * @param file the archive
 * @param size its size in bytes
 * @param imageId the ID the image has after {@code docker load}, {@code sha256:HEX}: the registry's digest of its configuration
 */
public record FetchedImage(Path file, long size, String imageId) {}
