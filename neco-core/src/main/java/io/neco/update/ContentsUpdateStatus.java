package io.neco.update;

/**
 * Whether a content that one worker uploads for all was uploaded, as recorded below {@code contents/}.
 *
 * <p>Source: types.go at 1eec387.
 *
 * @param version version of the request the upload belonged to
 * @param success whether the upload succeeded
 */
public record ContentsUpdateStatus(String version, boolean success) {}
