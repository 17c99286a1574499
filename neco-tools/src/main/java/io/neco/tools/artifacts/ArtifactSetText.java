package io.neco.tools.artifacts;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import io.neco.artifact.DebianPackage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** An artifact set as the file in the source tree has it: one artifact a line, so that a difference is easily read. See docs/artifacts.md. */
final class ArtifactSetText {
    private static final String HEADER =
            "# What this release of Neco installs, by exact version. The order of the images is kept.\n";

    private ArtifactSetText() {}

    /** The set as YAML. */
    static String of(ArtifactSet set) {
        StringBuilder text = new StringBuilder(HEADER);
        text.append(set.images().isEmpty() ? "images: []\n" : "images:\n");
        for (ContainerImage image : set.images()) {
            text.append("  - { name: ").append(image.name());
            text.append(", repository: ").append(image.repository());
            text.append(", tag: '").append(image.tag());
            text.append("', private: ").append(image.isPrivate()).append(" }\n");
        }
        text.append(set.debs().isEmpty() ? "debs: []\n" : "debs:\n");
        for (DebianPackage deb : set.debs()) {
            text.append("  - { name: ").append(deb.name());
            text.append(", owner: ").append(deb.owner());
            text.append(", repository: ").append(deb.repository());
            text.append(", release: ").append(deb.release()).append(" }\n");
        }
        text.append("os-image: { channel: ").append(set.osImage().channel());
        text.append(", version: '").append(set.osImage().version()).append("' }\n");
        return text.toString();
    }

    /** What differs between two sets of the same artifacts, one line each. */
    static List<String> differences(ArtifactSet old, ArtifactSet now) {
        List<String> lines = new ArrayList<>();
        for (ContainerImage image : now.images()) {
            add(lines, "image " + image.name(), old.image(image.name()).tag(), image.tag());
        }
        for (DebianPackage deb : now.debs()) {
            add(lines, "deb " + deb.name(), old.deb(deb.name()).release(), deb.release());
        }
        add(
                lines,
                "os-image " + now.osImage().channel(),
                old.osImage().version(),
                now.osImage().version());
        return lines;
    }

    private static void add(List<String> lines, String what, String old, String now) {
        if (!Objects.equals(old, now)) {
            lines.add(what + ": " + old + " -> " + now);
        }
    }
}
