package io.neco.sabakan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentTypeTest {
    @TempDir
    Path dir;

    @Test
    void goesByTheExtensionFirst() throws IOException {
        assertThat(type("a.json", "{}")).isEqualTo("application/json");
        assertThat(type("tools.tgz", "x")).isEqualTo("application/x-gtar-compressed");
    }

    @Test
    void looksAtTheBeginningOtherwise() throws IOException {
        assertThat(type("a", "\u001f\u008b\u0008\u0000")).isEqualTo("application/x-gzip");
        assertThat(type("b", "PK\u0003\u0004")).isEqualTo("application/zip");
        assertThat(type("c", " \n<?xml version='1.0'?>")).isEqualTo("text/xml; charset=utf-8");
        assertThat(type("d", "#!/bin/sh\n".repeat(60))).isEqualTo("text/plain; charset=utf-8");
    }

    @Test
    void callsImagesProgramsAndShortTextsUnknown() throws IOException {
        assertThat(type("neco-123", "sha256:0123\0\0")).isEqualTo("application/octet-stream");
        assertThat(type("program", "\u007fELF\u0002\u0001\u0001\u0000")).isEqualTo("application/octet-stream");
        assertThat(type("short", "#!/bin/sh\n")).isEqualTo("application/octet-stream");
        assertThat(type("empty", "")).isEqualTo("application/octet-stream");
    }

    private String type(String name, String latin1) throws IOException {
        return ContentType.of(Files.write(dir.resolve(name), latin1.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
