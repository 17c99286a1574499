package io.neco.dctest.etcd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The part of HPACK that a gRPC client needs. Headers are written as plain literals; blocks are read without a dynamic
 * table, which the peer must not use because the connection's settings announce a table of size 0. Of the static table
 * only {@code :status} is known by value, since no other name in it matters to gRPC.
 *
 * <p>Source: RFC 7541, sections 5 and 6, appendices A and B.
 */
final class Hpack {
    private static final int STATIC_ENTRIES = 61;
    private static final String[] STATUSES = {"200", "204", "206", "304", "400", "404", "500"};
    private static final int FIRST_STATUS = 8;

    /** Bit lengths of the Huffman codes of the bytes 0-255, {@code 'A'} standing for 5; the code is canonical. */
    private static final String CODE_LENGTHS = "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF"
            + "IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX"
            + "PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS"
            + "VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV";

    private static final int MAX_LENGTH = 30;

    private Hpack() {}

    /** Adds one header as a literal that is never indexed. */
    static void write(ByteArrayOutputStream out, String name, String value) {
        out.write(0x10);
        writeString(out, name);
        writeString(out, value);
    }

    private static void writeString(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = bytes.length;
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            length -= 127;
            while (length >= 128) {
                out.write((length & 127) | 128);
                length >>>= 7;
            }
            out.write(length);
        }
        out.write(bytes, 0, bytes.length);
    }

    /**
     * Reads a complete header block.
     *
     * @return the headers in order; names this client cannot know from the static table are left out
     * @throws IOException if the block is malformed or refers to the dynamic table
     */
    static Map<String, String> read(byte[] block) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        Reader in = new Reader(block);
        while (in.position < block.length) {
            int first = block[in.position] & 0xff;
            if (first >= 0x80) {
                int index = in.integer(7);
                if (index >= FIRST_STATUS && index < FIRST_STATUS + STATUSES.length) {
                    headers.put(":status", STATUSES[index - FIRST_STATUS]);
                } else if (index == 0 || index > STATIC_ENTRIES) {
                    throw new IOException("HTTP/2 header refers to entry " + index + " of a table that is empty");
                }
            } else if (first >= 0x40) {
                in.literal(6, headers);
            } else if (first >= 0x20) {
                in.integer(5);
            } else {
                in.literal(4, headers);
            }
        }
        return headers;
    }

    private static final class Reader {
        private final byte[] block;
        private int position;

        Reader(byte[] block) {
            this.block = block;
        }

        void literal(int prefix, Map<String, String> headers) throws IOException {
            int index = integer(prefix);
            String name = index == 0 ? string() : nameOf(index);
            String value = string();
            if (!name.isEmpty()) {
                headers.put(name, value);
            }
        }

        private static String nameOf(int index) throws IOException {
            if (index > STATIC_ENTRIES) {
                throw new IOException("HTTP/2 header refers to entry " + index + " of a table that is empty");
            }
            return index >= FIRST_STATUS && index < FIRST_STATUS + STATUSES.length ? ":status" : "";
        }

        int integer(int prefix) throws IOException {
            int mask = (1 << prefix) - 1;
            int value = next() & mask;
            if (value < mask) {
                return value;
            }
            for (int shift = 0; shift < 28; shift += 7) {
                int b = next();
                value += (b & 127) << shift;
                if (b < 128) {
                    return value;
                }
            }
            throw new IOException("HTTP/2 header block holds a number that is too long");
        }

        private String string() throws IOException {
            boolean huffman = position < block.length && (block[position] & 0x80) != 0;
            int length = integer(7);
            if (length > block.length - position) {
                throw new IOException("HTTP/2 header block ends within a string");
            }
            byte[] bytes = Arrays.copyOfRange(block, position, position + length);
            position += length;
            return huffman ? Huffman.decode(bytes) : new String(bytes, StandardCharsets.UTF_8);
        }

        private int next() throws IOException {
            if (position >= block.length) {
                throw new IOException("HTTP/2 header block ends too early");
            }
            return block[position++] & 0xff;
        }
    }

    /** Canonical decoding: per length the first code, and the symbols of that length in order. */
    static final class Huffman {
        private static final int[] FIRST_CODE = new int[MAX_LENGTH + 1];
        private static final int[] FIRST_SYMBOL = new int[MAX_LENGTH + 1];
        private static final int[] COUNT = new int[MAX_LENGTH + 1];
        private static final byte[] SYMBOLS = new byte[256];

        static {
            int code = 0;
            int at = 0;
            for (int length = 1; length <= MAX_LENGTH; length++) {
                code <<= 1;
                FIRST_CODE[length] = code;
                FIRST_SYMBOL[length] = at;
                for (int symbol = 0; symbol < 256; symbol++) {
                    if (CODE_LENGTHS.charAt(symbol) - 'A' + 5 == length) {
                        SYMBOLS[at++] = (byte) symbol;
                        COUNT[length]++;
                        code++;
                    }
                }
            }
        }

        private Huffman() {}

        static String decode(byte[] bytes) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length * 2);
            int code = 0;
            int length = 0;
            for (byte b : bytes) {
                for (int bit = 7; bit >= 0; bit--) {
                    code = (code << 1) | ((b >> bit) & 1);
                    length++;
                    int offset = code - FIRST_CODE[length];
                    if (offset >= 0 && offset < COUNT[length]) {
                        out.write(SYMBOLS[FIRST_SYMBOL[length] + offset]);
                        code = 0;
                        length = 0;
                    } else if (length == MAX_LENGTH) {
                        throw new IOException("HTTP/2 header holds an unknown Huffman code");
                    }
                }
            }
            return out.toString(StandardCharsets.UTF_8);
        }
    }
}
