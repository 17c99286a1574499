package io.neco.sabakan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a file's contents are said to be: by the extension of its name, else by its first 512 bytes.
 *
 * <p>Source: https://pkg.go.dev/mime#TypeByExtension and https://pkg.go.dev/net/http#DetectContentType. Go asks the host's tables for
 * extensions, too, so that its answer differs from host to host; here it is always the one of Debian's table.
 */
final class ContentType {
    static final String UNKNOWN = "application/octet-stream";

    private static final int SNIFFED = 512;
    private static final Map<String, String> BY_EXTENSION = Map.ofEntries(
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("gif", "image/gif"),
            Map.entry("gz", "application/gzip"),
            Map.entry("htm", "text/html; charset=utf-8"),
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("iso", "application/x-iso9660-image"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("png", "image/png"),
            Map.entry("sh", "application/x-sh"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("tar", "application/x-tar"),
            Map.entry("tgz", "application/x-gtar-compressed"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("wasm", "application/wasm"),
            Map.entry("xml", "text/xml; charset=utf-8"),
            Map.entry("xz", "application/x-xz"),
            Map.entry("zip", "application/zip"));

    /** What contents of a type begin with, a character for each byte. */
    private record Signature(String start, String type) {}

    private static final List<Signature> SIGNATURES = List.of(
            new Signature("%PDF-", "application/pdf"),
            new Signature("%!PS-Adobe-", "application/postscript"),
            new Signature("\u00fe\u00ff", "text/plain; charset=utf-16be"),
            new Signature("\u00ff\u00fe", "text/plain; charset=utf-16le"),
            new Signature("\u00ef\u00bb\u00bf", "text/plain; charset=utf-8"),
            new Signature("GIF87a", "image/gif"),
            new Signature("GIF89a", "image/gif"),
            new Signature("\u0089PNG\r\n\u001a\n", "image/png"),
            new Signature("\u00ff\u00d8\u00ff", "image/jpeg"),
            new Signature("\u001f\u008b\u0008", "application/x-gzip"),
            new Signature("PK\u0003\u0004", "application/zip"),
            new Signature("Rar!\u001a\u0007\u0000", "application/x-rar-compressed"),
            new Signature("\u0000asm", "application/wasm"));

    private ContentType() {}

    /** The type of a file. */
    static String of(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        String byExtension = dot < 0 ? null : BY_EXTENSION.get(name.substring(dot + 1));
        if (byExtension != null) {
            return byExtension;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return sniff(Arrays.copyOf(in.readNBytes(SNIFFED), SNIFFED));
        }
    }

    /** What the beginning of a file tells; it is padded with zeros, which no text has, so that a short text counts as unknown. */
    static String sniff(byte[] start) {
        int text = 0;
        while (text < start.length && isBlank(start[text])) {
            text++;
        }
        if (startsWith(start, text, "<?xml")) {
            return "text/xml; charset=utf-8";
        }
        for (Signature signature : SIGNATURES) {
            if (startsWith(start, 0, signature.start())) {
                return signature.type();
            }
        }
        for (byte b : start) {
            if (isBinary(b & 0xff)) {
                return UNKNOWN;
            }
        }
        return "text/plain; charset=utf-8";
    }

    private static boolean isBlank(byte b) {
        return b == '\t' || b == '\n' || b == '\f' || b == '\r' || b == ' ';
    }

    private static boolean isBinary(int b) {
        return b <= 0x08 || b == 0x0b || (0x0e <= b && b <= 0x1a) || (0x1c <= b && b <= 0x1f);
    }

    private static boolean startsWith(byte[] data, int at, String latin1) {
        byte[] prefix = latin1.getBytes(StandardCharsets.ISO_8859_1);
        return data.length - at >= prefix.length
                && Arrays.equals(data, at, at + prefix.length, prefix, 0, prefix.length);
    }
}
