package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteTest {
    @TempDir
    Path dir;

    @Test
    void withoutFilesTheReferencesValuesHold() throws IOException {
        assertThat(Site.load(new HostRoot(dir))).isEqualTo(Site.defaults());
    }

    @Test
    void theShippedFileStatesTheDefaults() throws IOException {
        put(Site.DEFAULT_FILE, Files.readString(Path.of("../etc/site.yml")));

        assertThat(Site.load(new HostRoot(dir))).isEqualTo(Site.defaults());
    }

    @Test
    void theOperatorsFileOverridesKeyByKey() throws IOException {
        put(Site.DEFAULT_FILE, "release-owner: one\nnode0-stride: 64\n");
        put(Site.OVERRIDE_FILE, "release-owner: two\nrelease-api: https://git.example.com/api/v3/\n");

        Site site = Site.load(new HostRoot(dir));

        assertThat(site.releaseOwner()).isEqualTo("two");
        assertThat(site.node0Stride()).isEqualTo(64);
        assertThat(site.releaseApi()).isEqualTo(URI.create("https://git.example.com/api/v3"));
        assertThat(site.releaseRepository()).isEqualTo("neco");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "release-owner: 'a b' | \"a b\" of release-owner",
                "release-api: ftp://x | of release-api",
                "release-api: '//x' | of release-api",
                "node0-base: 10.69.0 | of node0-base",
                "node0-base: 10.69.0.256 | \"10.69.0.256\" of node0-base",
                "node0-stride: 0 | 0 of node0-stride",
                "node0-stride: many | \"many\" of node0-stride",
                "node0-offset: -1 | -1 of node0-offset",
                "bastion-interface: '' | of bastion-interface",
                "private-image-suffix: -SECRET | of private-image-suffix",
                "relase-owner: x | unknown key relase-owner",
                "[1, 2] | must be a mapping",
                "'{' | not valid YAML"
            })
    void aWrongSettingIsRefusedWithValueAndFile(String yaml, String complaint) throws IOException {
        put(Site.OVERRIDE_FILE, yaml.equals("'{'") || yaml.equals("{") ? "{" : yaml);

        assertThatThrownBy(() -> Site.load(new HostRoot(dir)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(Site.OVERRIDE_FILE)
                .hasMessageContaining(complaint);
    }

    private void put(String absolute, String text) throws IOException {
        Path file = new HostRoot(dir).resolve(absolute);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
