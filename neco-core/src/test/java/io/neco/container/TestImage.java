package io.neco.container;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** An image made up for a test. */
final class TestImage {
    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    private final byte[] config;
    private final List<byte[]> layers;
    private final boolean isOci;

    private TestImage(byte[] config, List<byte[]> layers, boolean isOci) {
        this.config = config;
        this.layers = layers;
        this.isOci = isOci;
    }

    /** Its configuration. */
    byte[] config() {
        return config;
    }

    /** Its layers, compressed. */
    List<byte[]> layers() {
        return layers;
    }

    /** An image with a layer for each seed, which has {@code size} bytes that cannot be compressed. */
    static TestImage of(boolean isOci, int size, int... seeds) {
        List<byte[]> layers = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int seed : seeds) {
            byte[] content = new byte[size];
            new Random(seed).nextBytes(content);
            byte[] tar = tar("layer-" + seed, content);
            ids.add("\"" + digest(tar) + "\"");
            layers.add(gzip(tar));
        }
        String config = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"X=" + ids.hashCode()
                + "\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + String.join(",", ids) + "]}}";
        return new TestImage(bytes(config), layers, isOci);
    }

    String manifestType() {
        return isOci
                ? "application/vnd.oci.image.manifest.v1+json"
                : "application/vnd.docker.distribution.manifest.v2+json";
    }

    byte[] manifest() {
        String config =
                isOci ? "application/vnd.oci.image.config.v1+json" : "application/vnd.docker.container.image.v1+json";
        String layer = isOci
                ? "application/vnd.oci.image.layer.v1.tar+gzip"
                : "application/vnd.docker.image.rootfs.diff.tar.gzip";
        return bytes("{\"schemaVersion\":2,\"mediaType\":\"" + manifestType() + "\",\"config\":"
                + descriptor(config, config())
                + ",\"layers\":["
                + layers.stream().map(bytes -> descriptor(layer, bytes)).collect(Collectors.joining(",")) + "]}");
    }

    /** An index that has this image for linux/amd64, after one for another platform. */
    byte[] index(String mediaType, TestImage arm) {
        String other = descriptor(arm.manifestType(), arm.manifest());
        String own = descriptor(manifestType(), manifest());
        return bytes("{\"schemaVersion\":2,\"mediaType\":\"" + mediaType + "\",\"manifests\":["
                + withPlatform(other, "arm64") + "," + withPlatform(own, "amd64") + "]}");
    }

    String id() {
        return digest(config);
    }

    static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String withPlatform(String descriptor, String architecture) {
        return descriptor.replaceFirst(
                "}$", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}}");
    }

    private static String descriptor(String type, byte[] content) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest(content) + "\",\"size\":" + content.length
                + "}";
    }

    private static byte[] tar(String name, byte[] content) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        tar.writeBytes(DockerArchive.header(name, content.length));
        tar.writeBytes(content);
        tar.writeBytes(new byte[(-content.length & 511) + 1024]);
        return tar.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }
}
