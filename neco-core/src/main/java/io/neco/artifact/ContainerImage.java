package io.neco.artifact;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A container image of the artifact set.
 *
 * <p>Source: types.go and container.go at 1eec387.
 *
 * @param name short name, e.g. {@code etcd}
 * @param repository repository without tag, e.g. {@code quay.io/cybozu/etcd}
 * @param tag tag, e.g. {@code 3.5.4.1}; may be empty
 * @param isPrivate whether production uses the private variant of the repository
 */
public record ContainerImage(
        String name,
        String repository,
        String tag,
        @JsonProperty("private") boolean isPrivate) {

    /**
     * The name docker knows the image by: {@code REPOSITORY:TAG}, or {@code REPOSITORY<suffix>:TAG} for a private image when
     * secrets are available.
     *
     * @param hasSecret whether private repositories can be used here
     * @param privateSuffix what a private repository's name ends with, e.g. {@code -secret} (site.yml)
     */
    public String fullName(boolean hasSecret, String privateSuffix) {
        return repository + (hasSecret && isPrivate ? privateSuffix : "") + ":" + tag;
    }

    /** The public name, {@code REPOSITORY:TAG}. */
    public String fullName() {
        return repository + ":" + tag;
    }

    /** The name of this image as an asset of sabakan: {@code cybozu-NAME-TAG.img}. */
    public String assetName() {
        return "cybozu-" + name + "-" + tag + ".img";
    }

    /**
     * Reads {@code REPOSITORY:TAG}. Exactly one colon is allowed: registries with a port and digests are refused, as the
     * reference does.
     *
     * @throws IllegalArgumentException {@code invalid image name: TEXT}
     */
    public static ContainerImage parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || colon != text.lastIndexOf(':')) {
            throw new IllegalArgumentException("invalid image name: " + text);
        }
        String repository = text.substring(0, colon);
        return new ContainerImage(baseName(repository), repository, text.substring(colon + 1), false);
    }

    private static String baseName(String path) {
        if (path.isEmpty()) {
            return ".";
        }
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        if (end == 0) {
            return "/";
        }
        return path.substring(path.lastIndexOf('/', end - 1) + 1, end);
    }
}
