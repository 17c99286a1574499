package io.neco.artifact;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;

/**
 * Everything one release of Neco installs, by exact version.
 *
 * <p>Source: artifacts.go at 1eec387. Here it is data, {@code /usr/share/neco/artifacts.yml}; the set this program was built with
 * is {@link #builtIn()}.
 *
 * @param images container images; their order is kept
 * @param debs Debian packages
 * @param osImage operating system image of the nodes
 */
public record ArtifactSet(
        List<ContainerImage> images,
        List<DebianPackage> debs,
        @JsonProperty("os-image") OsImage osImage) {

    /** Images every boot server pulls in the first step, in the reference's order. */
    public static final List<String> BOOT_IMAGES = List.of("etcd", "promtail", "setup-hw", "sabakan", "serf", "vault");

    /** Images served to the nodes through sabakan, in the reference's order. */
    public static final List<String> SABAKAN_IMAGES = List.of(
            "bird",
            "chrony",
            "coil",
            "serf",
            "setup-hw",
            "squid",
            "cilium",
            "cilium-operator-generic",
            "hubble-relay",
            "cilium-certgen");

    /** Copies the lists and refuses two artifacts of one name. */
    public ArtifactSet {
        images = List.copyOf(images);
        debs = List.copyOf(debs);
        requireUnique("image", images.stream().map(ContainerImage::name).toList());
        requireUnique("deb", debs.stream().map(DebianPackage::name).toList());
    }

    /** The set this program was built with. */
    public static ArtifactSet builtIn() {
        try (InputStream in = Objects.requireNonNull(
                ArtifactSet.class.getResourceAsStream("artifacts.yml"), "artifacts.yml is not in the class path")) {
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the built-in artifacts.yml cannot be read", e);
        }
    }

    /**
     * Reads a set from a YAML file.
     *
     * @throws IOException when the file cannot be read, is not YAML, or has missing or unknown members; the message names the file
     */
    public static ArtifactSet load(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new IOException("artifact set " + file + " is not valid: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * The image called {@code name}.
     *
     * @throws NoSuchElementException {@code no such container: NAME (known: ...)}
     */
    public ContainerImage image(String name) {
        return images.stream()
                .filter(i -> i.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no such container: " + name + " (known: "
                        + String.join(
                                ", ", images.stream().map(ContainerImage::name).toList()) + ")"));
    }

    /**
     * The Debian package called {@code name}.
     *
     * @throws NoSuchElementException {@code no such package: NAME}
     */
    public DebianPackage deb(String name) {
        return debs.stream()
                .filter(d -> d.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no such package: " + name));
    }

    private static ArtifactSet read(InputStream in) throws IOException {
        return new ObjectMapper(new YAMLFactory())
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .readValue(in, ArtifactSet.class);
    }

    private static void requireUnique(String kind, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("two artifacts of kind " + kind + " are called " + name);
            }
        }
    }
}
