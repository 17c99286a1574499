package io.neco.container;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.http.WrongContentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an image consists of. Source: the manifests of Docker (distribution.github.io/distribution/spec/manifest-v2-2) and OCI
 * (github.com/opencontainers/image-spec, manifest.md and image-index.md).
 *
 * @param config its configuration, whose digest is the image's ID
 * @param layers its layers, the lowest first; one may appear several times
 */
record ImageManifest(Blob config, List<Blob> layers) {
    private static final String DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    private static final String OCI = "application/vnd.oci.image.manifest.v1+json";
    private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

    /** What a registry may answer with. */
    static final String ACCEPTED = String.join(", ", DOCKER, OCI, DOCKER_LIST, OCI_INDEX);

    private static final Set<String> CONFIGS =
            Set.of("application/vnd.docker.container.image.v1+json", "application/vnd.oci.image.config.v1+json");

    /** Layers that docker load takes as they are, with the ending of their names in the archive. */
    private static final Map<String, String> LAYERS = Map.of(
            "application/vnd.docker.image.rootfs.diff.tar.gzip", ".tar.gz",
            "application/vnd.docker.image.rootfs.diff.tar", ".tar",
            "application/vnd.oci.image.layer.v1.tar+gzip", ".tar.gz",
            "application/vnd.oci.image.layer.v1.tar", ".tar",
            "application/vnd.oci.image.layer.v1.tar+zstd", ".tar.zst");

    private static final String ARCHITECTURE = "amd64";
    private static final String OS = "linux";

    /** Either an image, or the digest of the manifest that is the image for linux/amd64. */
    record Answer(Optional<ImageManifest> image, Optional<String> elsewhere) {}

    /**
     * Reads a registry's answer.
     *
     * @param contentType what the registry says it is
     * @throws WrongContentException when it is nothing that can be used
     */
    static Answer read(byte[] json, String contentType) throws IOException {
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(json);
        } catch (JacksonException e) {
            throw new WrongContentException("the manifest (" + contentType + ") is not JSON");
        }
        String type =
                root.path("mediaType").asText(contentType.replaceAll(";.*", "").strip());
        boolean isTyped = Set.of(DOCKER, OCI, DOCKER_LIST, OCI_INDEX).contains(type);
        if (type.equals(DOCKER_LIST) || type.equals(OCI_INDEX) || (!isTyped && root.has("manifests"))) {
            return new Answer(Optional.empty(), Optional.of(choose(root)));
        }
        if (!isTyped) {
            throw new WrongContentException("the manifest is of the unknown type \"" + type + "\""
                    + (root.path("schemaVersion").asInt() == 1 ? " (Docker's schema 1, given up long ago)" : ""));
        }
        return new Answer(Optional.of(image(root)), Optional.empty());
    }

    private static ImageManifest image(JsonNode root) throws IOException {
        Blob config = blob(root.path("config"), "config");
        if (!CONFIGS.contains(config.mediaType())) {
            throw new WrongContentException("it is no container image: its configuration is of the unknown type \""
                    + config.mediaType() + "\"");
        }
        List<Blob> layers = new ArrayList<>();
        for (JsonNode node : root.path("layers")) {
            Blob layer = blob(node, "layer " + (layers.size() + 1));
            if (!LAYERS.containsKey(layer.mediaType())) {
                throw new WrongContentException(
                        "layer " + (layers.size() + 1) + " is of the unknown type \"" + layer.mediaType() + "\"");
            }
            layers.add(layer);
        }
        return new ImageManifest(config, List.copyOf(layers));
    }

    private static String choose(JsonNode index) throws IOException {
        List<String> others = new ArrayList<>();
        for (JsonNode node : index.path("manifests")) {
            JsonNode platform = node.path("platform");
            // as the reference's library (go-containerregistry) takes what tells no platform
            String os = platform.isMissingNode() ? OS : platform.path("os").asText();
            String architecture = platform.isMissingNode()
                    ? ARCHITECTURE
                    : platform.path("architecture").asText();
            if (os.equals(OS) && architecture.equals(ARCHITECTURE)) {
                return blob(node, "manifest for linux/amd64").digest();
            }
            others.add(os + "/" + architecture);
        }
        throw new WrongContentException("the image is not made for linux/amd64, only for " + others);
    }

    private static Blob blob(JsonNode node, String what) throws IOException {
        try {
            return Blob.of(
                    node.path("mediaType").asText(),
                    node.path("digest").asText(),
                    node.path("size").asLong(-1));
        } catch (IllegalArgumentException e) {
            throw new WrongContentException(
                    "the manifest has no usable digest for its " + what + ": " + e.getMessage());
        }
    }

    /** The name of a layer in the archive. */
    static String entryName(Blob layer) {
        return layer.hex() + LAYERS.getOrDefault(layer.mediaType(), ".tar");
    }
}
