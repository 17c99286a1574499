package io.neco.sabakan;

import io.neco.http.Upload.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Kernel and initial RAM disk as one tar archive, as sabakan takes them: ustar, owner, group and time 0, mode 0644. It is sent while it is
 * made, and nothing of it is kept.
 */
final class BootArchive {
    private static final int BLOCK = 512;
    private static final int NAME = 0;
    private static final int MODE = 100;
    private static final int OWNER = 108;
    private static final int GROUP = 116;
    private static final int SIZE = 124;
    private static final int TIME = 136;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int DEVICE_MAJOR = 329;
    private static final int DEVICE_MINOR = 337;
    private static final int SHORT = 7;
    private static final int LONG = 11;
    private static final int REGULAR_MODE = 0644;
    private static final long MOST = 077777777777L;

    private BootArchive() {}

    /** The archive's parts, in order. */
    static List<Part> parts(Path kernel, Path initrd) throws IOException {
        List<Part> parts = new ArrayList<>();
        add(parts, "kernel", kernel);
        add(parts, "initrd.gz", initrd);
        parts.add(new Part.Bytes(new byte[2 * BLOCK]));
        return parts;
    }

    private static void add(List<Part> parts, String name, Path file) throws IOException {
        long size = Files.size(file);
        parts.add(new Part.Bytes(header(name, size)));
        parts.add(new Part.OfFile(file, size));
        parts.add(new Part.Bytes(new byte[(int) (-size & (BLOCK - 1))]));
    }

    static byte[] header(String name, long size) {
        if (size > MOST) {
            throw new IllegalArgumentException(name + " has " + size + " bytes, but an archive takes at most " + MOST);
        }
        byte[] block = new byte[BLOCK];
        put(block, NAME, name);
        octal(block, MODE, SHORT, REGULAR_MODE);
        octal(block, OWNER, SHORT, 0);
        octal(block, GROUP, SHORT, 0);
        octal(block, SIZE, LONG, size);
        octal(block, TIME, LONG, 0);
        put(block, TYPE, "0");
        put(block, MAGIC, "ustar\00000");
        octal(block, DEVICE_MAJOR, SHORT, 0);
        octal(block, DEVICE_MINOR, SHORT, 0);
        // while it is summed up, the sum counts as blanks
        put(block, CHECKSUM, "        ");
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, CHECKSUM, String.format(Locale.ROOT, "%06o\0 ", sum));
        return block;
    }

    private static void octal(byte[] block, int at, int digits, long value) {
        put(block, at, String.format(Locale.ROOT, "%0" + digits + "o", value));
    }

    private static void put(byte[] block, int at, String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, block, at, ascii.length);
    }
}
