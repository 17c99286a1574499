package io.neco.container;

import java.net.URI;

/**
 * The full name of an image, taken apart.
 *
 * @param registry registry as the name has it, with port if any, e.g. {@code quay.io}
 * @param repository repository in the registry, e.g. {@code cybozu/etcd}
 * @param tag tag, e.g. {@code 3.5.4.1}
 */
record ImageName(String registry, String repository, String tag) {
    private static final String DOCKER_HUB = "docker.io";

    /** Takes {@code [REGISTRY/]REPOSITORY[:TAG]} apart as docker does: no registry means docker.io, no tag {@code latest}. */
    static ImageName parse(String fullName) {
        String registry = RegistryCredentials.registryOf(fullName);
        String rest = fullName.startsWith(registry + "/") ? fullName.substring(registry.length() + 1) : fullName;
        int colon = rest.lastIndexOf(':');
        boolean hasTag = colon > rest.lastIndexOf('/');
        String repository = hasTag ? rest.substring(0, colon) : rest;
        String tag = hasTag && colon < rest.length() - 1 ? rest.substring(colon + 1) : "latest";
        return new ImageName(
                registry,
                registry.equals(DOCKER_HUB) && !repository.contains("/") ? "library/" + repository : repository,
                tag);
    }

    /** Where the registry answers: by https, but for one on this host by http, as docker does. */
    URI api() {
        String host = registry.equals(DOCKER_HUB) ? "registry-1.docker.io" : registry;
        return URI.create((isLoopback(host.replaceFirst(":\\d*$", "")) ? "http://" : "https://") + host + "/v2/"
                + repository + "/");
    }

    /** Whether a host, as URIs have it, is this one, spoken to without leaving it. */
    static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    URI manifest(String tagOrDigest) {
        return api().resolve("manifests/" + tagOrDigest);
    }

    URI blob(String digest) {
        // without the dot the colon would make it an address of its own
        return api().resolve("./blobs/" + digest);
    }
}
