package io.neco.container;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.http.LocalFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An archive for {@code docker load} that grows entry by entry: the configuration, the layers as the registry keeps them, and the
 * description at the end. Source: go-containerregistry's tarball, as used by image.go at 1eec387; the format of tar is POSIX ustar
 * with GNU's sizes above 8 GiB.
 */
final class DockerArchive implements AutoCloseable {
    private static final int BLOCK = 512;
    private static final long LARGEST_OCTAL = 0_77777777777L;

    private final Path path;
    private final FileChannel channel;
    private long end;

    /** An empty archive over an existing file. */
    DockerArchive(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** Puts the content of an entry at {@code start} of the file. */
    @FunctionalInterface
    interface Content {
        void writeTo(FileChannel file, long start) throws IOException, InterruptedException;
    }

    /**
     * Adds an entry.
     *
     * @return where its content begins
     */
    long add(String name, long size, Content content) throws IOException, InterruptedException {
        write(header(name, size));
        long start = end;
        content.writeTo(channel, start);
        end = start + size;
        write(new byte[padding(size)]);
        return start;
    }

    /**
     * Adds the description and the end of the archive.
     *
     * @param config name of the configuration's entry
     * @param fullName the name the image gets
     * @param layers names of the layers' entries, the lowest first
     * @return size of the archive in bytes
     */
    long finish(String config, String fullName, List<String> layers) throws IOException, InterruptedException {
        Map<String, Object> image = new LinkedHashMap<>();
        image.put("Config", config);
        image.put("RepoTags", List.of(fullName));
        image.put("Layers", layers);
        byte[] json = new ObjectMapper().writeValueAsBytes(List.of(image));
        add("manifest.json", json.length, (file, start) -> put(json, start));
        write(new byte[2 * BLOCK]);
        return end;
    }

    /** How many bytes it has up to the last complete entry. */
    long size() {
        return end;
    }

    /** How many bytes an entry takes. */
    static long sizeOfEntry(long size) {
        return BLOCK + size + padding(size);
    }

    private void write(byte[] bytes) throws IOException {
        put(bytes, end);
        end += bytes.length;
    }

    private void put(byte[] bytes, long start) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer, start + buffer.position());
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new LocalFileException("cannot write " + path + " after " + start + " bytes: " + e.getMessage(), e);
        }
    }

    private static int padding(long size) {
        return (int) (-size & (BLOCK - 1));
    }

    static byte[] header(String name, long size) {
        byte[] header = new byte[BLOCK];
        text(header, 0, name);
        octal(header, 100, 8, 0644);
        octal(header, 108, 8, 0);
        octal(header, 116, 8, 0);
        if (size <= LARGEST_OCTAL) {
            octal(header, 124, 12, size);
        } else {
            ByteBuffer.wrap(header).putLong(128, size);
            header[124] = (byte) 0x80;
        }
        octal(header, 136, 12, 0);
        header[156] = '0';
        text(header, 257, "ustar\00000");
        text(header, 148, "        ");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        octal(header, 148, 7, sum);
        return header;
    }

    private static void text(byte[] header, int at, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /** A number in octal digits that fill the field but for a NUL at its end. */
    private static void octal(byte[] header, int at, int width, long value) {
        String digits = Long.toOctalString(value);
        text(header, at, "0".repeat(width - 1 - digits.length()) + digits + "\0");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
