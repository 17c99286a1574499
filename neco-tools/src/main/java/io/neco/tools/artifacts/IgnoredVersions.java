package io.neco.tools.artifacts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.neco.artifact.ArtifactSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Versions not to take although they are the newest, e.g. because they have a fault; read from {@code artifacts_ignore.yaml}.
 * Source: artifacts_ignore.yaml and generator/generate.go at 1eec387.
 *
 * @param images by repository
 * @param debs by package
 * @param osImage by channel
 */
record IgnoredVersions(
        List<OfImage> images,
        List<OfDeb> debs,
        @JsonProperty("osImage") List<OfOsImage> osImage) {
    static final IgnoredVersions NONE = new IgnoredVersions(List.of(), List.of(), List.of());

    /** Tags of an image. */
    record OfImage(
            @JsonProperty(required = true) String repository,
            @JsonProperty(required = true) Set<String> versions) {
        OfImage {
            versions = versionsOf(repository, versions);
        }
    }

    /** Tags of a package's releases. */
    record OfDeb(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) Set<String> versions) {
        OfDeb {
            versions = versionsOf(name, versions);
        }
    }

    /** Versions of the operating system. */
    record OfOsImage(
            @JsonProperty(required = true) String channel,
            @JsonProperty(required = true) Set<String> versions) {
        OfOsImage {
            versions = versionsOf(channel, versions);
        }
    }

    /** YAML has null where nothing follows the colon. */
    private static Set<String> versionsOf(@Nullable String of, @Nullable Set<String> versions) {
        if (of == null || versions == null) {
            throw new IllegalArgumentException("an entry needs what it is about and a list \"versions\", but has "
                    + (of == null ? "no name" : "no versions of " + of));
        }
        return Set.copyOf(versions);
    }

    @JsonCreator
    static IgnoredVersions of(
            @JsonProperty("images") @Nullable List<OfImage> images,
            @JsonProperty("debs") @Nullable List<OfDeb> debs,
            @JsonProperty("osImage") @Nullable List<OfOsImage> osImage) {
        return new IgnoredVersions(
                images == null ? List.of() : List.copyOf(images),
                debs == null ? List.of() : List.copyOf(debs),
                osImage == null ? List.of() : List.copyOf(osImage));
    }

    /**
     * Reads a file.
     *
     * @throws IOException when it cannot be read, is not YAML or has unknown or missing members; the message names the file
     */
    static IgnoredVersions load(Path file) throws IOException {
        String text = Files.readString(file);
        try {
            ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
            JsonNode tree = yaml.readTree(text);
            boolean isEmpty = tree.isMissingNode() || tree.isNull();
            return isEmpty ? NONE : yaml.readValue(text, IgnoredVersions.class);
        } catch (JacksonException e) {
            String at =
                    e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            throw new IOException("the ignore file " + file + " is not valid" + at + ": " + e.getOriginalMessage(), e);
        }
    }

    /** Versions of an image to pass over. */
    Set<String> ofImage(String repository) {
        return images.stream()
                .filter(i -> i.repository().equals(repository))
                .findFirst()
                .map(OfImage::versions)
                .orElse(Set.of());
    }

    /** Releases of a package to pass over. */
    Set<String> ofDeb(String name) {
        return debs.stream()
                .filter(d -> d.name().equals(name))
                .findFirst()
                .map(OfDeb::versions)
                .orElse(Set.of());
    }

    /** Versions of the operating system to pass over. */
    Set<String> ofOsImage(String channel) {
        return osImage.stream()
                .filter(o -> o.channel().equals(channel))
                .findFirst()
                .map(OfOsImage::versions)
                .orElse(Set.of());
    }

    /** Entries that concern nothing in {@code set}: most likely misspelt or out of date. */
    List<String> strangers(ArtifactSet set) {
        List<String> strangers = new ArrayList<>();
        images.stream()
                .map(OfImage::repository)
                .filter(r -> set.images().stream().noneMatch(i -> i.repository().equals(r)))
                .forEach(r -> strangers.add("images: " + r));
        debs.stream()
                .map(OfDeb::name)
                .filter(n -> set.debs().stream().noneMatch(d -> d.name().equals(n)))
                .forEach(n -> strangers.add("debs: " + n));
        osImage.stream()
                .map(OfOsImage::channel)
                .filter(c -> !set.osImage().channel().equals(c))
                .forEach(c -> strangers.add("osImage: " + c));
        return strangers;
    }
}
