package io.neco.dctest.sabakan;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Archives of plain files in the format ustar, one file at a time.
 *
 * <p>Source: POSIX.1-2017, pax, "ustar Interchange Format".
 */
final class Tar {
    private static final int BLOCK = 512;
    private static final int SIZE_AT = 124;

    private Tar() {}

    /** A file in an archive. */
    record Member(String name, long size) {}

    /**
     * Reads the next file's header.
     *
     * @return empty at the end of the archive
     * @throws IOException if the text is no archive
     */
    static Optional<Member> next(InputStream in) throws IOException {
        byte[] header = in.readNBytes(BLOCK);
        if (header.length == 0) {
            return Optional.empty();
        }
        if (header.length < BLOCK) {
            throw new EOFException("unexpected EOF");
        }
        if (allZero(header)) {
            return Optional.empty();
        }
        long sum = octal(header, 148, 8);
        byte[] blank = header.clone();
        Arrays.fill(blank, 148, 156, (byte) ' ');
        long actual = 0;
        for (byte b : blank) {
            actual += b & 0xff;
        }
        if (sum != actual) {
            throw new IOException("archive/tar: invalid tar header");
        }
        int end = 0;
        while (end < 100 && header[end] != 0) {
            end++;
        }
        return Optional.of(new Member(new String(header, 0, end, StandardCharsets.UTF_8), octal(header, SIZE_AT, 12)));
    }

    /**
     * Copies a file's content and the padding behind it.
     *
     * @throws IOException if the archive ends before
     */
    static void copy(InputStream in, Member member, Path target) throws IOException {
        try (OutputStream out = Files.newOutputStream(target)) {
            byte[] buffer = new byte[64 * 1024];
            long left = member.size();
            while (left > 0) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new EOFException("unexpected EOF");
                }
                out.write(buffer, 0, n);
                left -= n;
            }
        }
        in.skipNBytes((BLOCK - member.size() % BLOCK) % BLOCK);
    }

    /** Writes one file with mode 0644. */
    static void write(OutputStream out, String name, Path file) throws IOException {
        long size = Files.size(file);
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, SIZE_AT, String.format("%011o", size));
        put(header, 136, "00000000000");
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = '0';
        put(header, 257, "ustar");
        put(header, 263, "00");
        long sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o", sum) + "\0 ");
        out.write(header);
        Files.copy(file, out);
        out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
    }

    static void end(OutputStream out) throws IOException {
        out.write(new byte[2 * BLOCK]);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static boolean allZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** A number in octal digits, or for large ones in binary with the highest bit set. */
    private static long octal(byte[] header, int at, int length) throws IOException {
        if ((header[at] & 0x80) != 0) {
            long value = header[at] & 0x7f;
            for (int i = at + 1; i < at + length; i++) {
                value = (value << 8) | (header[i] & 0xff);
            }
            return value;
        }
        String text = new String(header, at, length, StandardCharsets.US_ASCII)
                .replace('\0', ' ')
                .strip();
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text, 8);
        } catch (NumberFormatException e) {
            throw new IOException("archive/tar: invalid tar header", e);
        }
    }
}
