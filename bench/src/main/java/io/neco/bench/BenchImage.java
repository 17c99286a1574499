package io.neco.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * An image made up for a measurement: four layers of equal size, each one file.
 *
 * @param repository its repository; its tag is 1
 * @param megabytes size of its layers together, not compressed, in 10^6 bytes
 * @param isCompressible whether its files look like text and programs, which shrink to a third, rather than like noise
 */
record BenchImage(String repository, int megabytes, boolean isCompressible) {
    private static final int LAYERS = 4;
    private static final int BLOCK = 512;
    private static final int PIECE = 1 << 16;
    private static final int FAST = 1;

    /** Makes it and pushes it, unless the registry has it. */
    void ensureIn(BenchRegistry registry, Path directory) throws IOException, InterruptedException {
        if (registry.has(repository)) {
            return;
        }
        List<String> layers = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        Path file = directory.resolve("layer");
        for (int i = 0; i < LAYERS; i++) {
            MessageDigest compressed = sha256();
            MessageDigest plain = sha256();
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), compressed);
                    OutputStream gzip = new FastGzip(out);
                    OutputStream tar = new DigestOutputStream(gzip, plain)) {
                writeTar(tar, i);
            }
            String digest = hex(compressed);
            registry.pushBlob(repository, digest, BodyPublishers.ofFile(file));
            layers.add(descriptor("application/vnd.oci.image.layer.v1.tar+gzip", digest, Files.size(file)));
            ids.add("\"" + hex(plain) + "\"");
        }
        Files.delete(file);
        byte[] config =
                ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":"
                                + ids + "}}")
                        .getBytes(StandardCharsets.UTF_8);
        MessageDigest digest = sha256();
        digest.update(config);
        String id = hex(digest);
        registry.pushBlob(repository, id, BodyPublishers.ofByteArray(config));
        registry.pushManifest(
                repository,
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                        + descriptor("application/vnd.oci.image.config.v1+json", id, config.length) + ",\"layers\":"
                        + layers + "}");
    }

    private void writeTar(OutputStream tar, int layer) throws IOException {
        long size = megabytes * 1_000_000L / LAYERS;
        byte[] header = new byte[BLOCK];
        put(header, 0, "file-" + layer);
        put(header, 100, "0000644\0" + "0000000\0".repeat(2) + String.format("%011o\0", size) + "00000000000\0");
        put(header, 148, "        0");
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        tar.write(header);
        Random random = new Random(repository.hashCode() + 31L * layer);
        byte[] words = new byte[PIECE];
        random.nextBytes(words);
        byte[] piece = new byte[PIECE];
        for (long done = 0; done < size; done += PIECE) {
            if (isCompressible) {
                fillWithWords(piece, words, random);
            } else {
                random.nextBytes(piece);
            }
            tar.write(piece, 0, (int) Math.min(PIECE, size - done));
        }
        tar.write(new byte[(int) (-size & (BLOCK - 1)) + 2 * BLOCK]);
    }

    /** Pieces of 4 to 19 bytes out of few thousand, now and then a new one. */
    private static void fillWithWords(byte[] piece, byte[] words, Random random) {
        ByteBuffer out = ByteBuffer.wrap(piece);
        while (out.hasRemaining()) {
            int length = Math.min(out.remaining(), 4 + random.nextInt(16));
            out.put(words, random.nextInt(2048) * 16, length);
        }
    }

    private static String descriptor(String type, String digest, long size) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(MessageDigest digest) {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, PIECE);
            def.setLevel(FAST);
            def.setStrategy(Deflater.DEFAULT_STRATEGY);
        }
    }
}
