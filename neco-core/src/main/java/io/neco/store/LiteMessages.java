package io.neco.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * etcd's RangeRequest and RangeResponse in protobuf's encoding, written and read by hand, so that a single read loads no protobuf
 * library; source: api/etcdserverpb/rpc.proto and api/mvccpb/kv.proto of etcd 3.5.
 */
final class LiteMessages {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private LiteMessages() {}

    /** RangeRequest: key = 1, range_end = 2, revision = 4, keys_only = 8. */
    static byte[] rangeRequest(String nameSpace, KeyRange range) {
        byte[] key = (nameSpace + range.key()).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(key.length * 2 + 32);
        bytesField(out, 1, key);
        if (range.prefix()) {
            byte[] end = key.clone();
            // no key of the schema ends in 0xff
            end[end.length - 1]++;
            bytesField(out, 2, end);
        }
        if (range.revision() != 0) {
            varint(out, 4 << 3 | VARINT);
            varint(out, range.revision());
        }
        if (range.keysOnly()) {
            varint(out, 8 << 3 | VARINT);
            varint(out, 1);
        }
        return out.toByteArray();
    }

    private static void bytesField(ByteArrayOutputStream out, int field, byte[] value) {
        varint(out, (long) field << 3 | BYTES);
        varint(out, value.length);
        out.write(value, 0, value.length);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** RangeResponse: header = 1 { revision = 3 }, kvs = 2 { key = 1, mod_revision = 3, value = 5 }. */
    static KeyValues rangeResponse(byte[] message, int nameSpaceLength) throws IOException {
        Input in = new Input(message, 0, message.length);
        long revision = 0;
        List<KeyValues.Entry> entries = new ArrayList<>();
        while (in.hasMore()) {
            int tag = (int) in.varint();
            if (tag == (1 << 3 | BYTES)) {
                revision = header(in.nested());
            } else if (tag == (2 << 3 | BYTES)) {
                entries.add(entry(in.nested(), nameSpaceLength));
            } else {
                in.skip(tag);
            }
        }
        return new KeyValues(revision, entries);
    }

    private static long header(Input in) throws IOException {
        long revision = 0;
        while (in.hasMore()) {
            int tag = (int) in.varint();
            if (tag == (3 << 3 | VARINT)) {
                revision = in.varint();
            } else {
                in.skip(tag);
            }
        }
        return revision;
    }

    private static KeyValues.Entry entry(Input in, int nameSpaceLength) throws IOException {
        byte[] key = new byte[0];
        byte[] value = new byte[0];
        long modRevision = 0;
        while (in.hasMore()) {
            int tag = (int) in.varint();
            if (tag == (1 << 3 | BYTES)) {
                key = in.bytes();
            } else if (tag == (3 << 3 | VARINT)) {
                modRevision = in.varint();
            } else if (tag == (5 << 3 | BYTES)) {
                value = in.bytes();
            } else {
                in.skip(tag);
            }
        }
        if (key.length < nameSpaceLength) {
            throw new IOException("etcd answered with a key outside of the name space");
        }
        String name = new String(key, nameSpaceLength, key.length - nameSpaceLength, StandardCharsets.UTF_8);
        return new KeyValues.Entry(name, value, modRevision);
    }

    /** A message being read. */
    private static final class Input {
        private final byte[] data;
        private final int end;
        private int at;

        Input(byte[] data, int at, int end) {
            this.data = data;
            this.at = at;
            this.end = end;
        }

        boolean hasMore() {
            return at < end;
        }

        long varint() throws IOException {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (at >= end) {
                    throw truncated();
                }
                byte b = data[at++];
                value |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new IOException("etcd's answer holds a number that is too long");
        }

        private int length() throws IOException {
            long length = varint();
            if (length < 0 || length > end - at) {
                throw truncated();
            }
            return (int) length;
        }

        byte[] bytes() throws IOException {
            int length = length();
            byte[] value = new byte[length];
            System.arraycopy(data, at, value, 0, length);
            at += length;
            return value;
        }

        Input nested() throws IOException {
            int length = length();
            Input inner = new Input(data, at, at + length);
            at += length;
            return inner;
        }

        void skip(int tag) throws IOException {
            switch (tag & 7) {
                case VARINT -> varint();
                case FIXED64 -> at += 8;
                case BYTES -> at += length();
                case FIXED32 -> at += 4;
                default -> throw new IOException("etcd's answer holds a field of an unknown kind");
            }
            if (at > end) {
                throw truncated();
            }
        }

        private static IOException truncated() {
            return new IOException("etcd's answer ends too early");
        }
    }
}
