package io.neco.sabakan;

/**
 * What sabakan knows of an asset.
 *
 * @param name its name
 * @param id number of its contents; a new one for each upload
 * @param contentType type of its contents
 * @param size size in bytes
 * @param sha256 digest of its contents in hexadecimal
 * @param exists whether this server has a copy already
 */
public record AssetMeta(String name, String id, String contentType, long size, String sha256, boolean exists) {}
