package io.neco.dctest.etcd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Protocol Buffers' wire format, as far as etcd's messages need it: numbers and length-delimited fields.
 *
 * <p>Source: protobuf.dev, "Encoding".
 */
final class Protobuf {
    private Protobuf() {}

    /** Writes one message; fields with default values may simply be left out. */
    static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Writer number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Writer bytes(int field, byte[] value) {
            varint(((long) field << 3) | 2);
            varint(value.length);
            out.write(value, 0, value.length);
            return this;
        }

        Writer message(int field, Writer value) {
            return bytes(field, value.toBytes());
        }

        byte[] toBytes() {
            return out.toByteArray();
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }

    /** A message that was received, with its fields by number; unknown ones do no harm. */
    static final class Message {
        private final List<Field> fields;

        private Message(List<Field> fields) {
            this.fields = fields;
        }

        static Message parse(byte[] bytes) throws IOException {
            return parse(ByteBuffer.wrap(bytes));
        }

        private static Message parse(ByteBuffer in) throws IOException {
            List<Field> fields = new ArrayList<>();
            try {
                while (in.hasRemaining()) {
                    long tag = varint(in);
                    int number = (int) (tag >>> 3);
                    switch ((int) (tag & 7)) {
                        case 0 -> fields.add(new Field(number, varint(in), ByteBuffer.allocate(0)));
                        case 1 -> fields.add(new Field(number, in.getLong(), ByteBuffer.allocate(0)));
                        case 2 -> {
                            int length = (int) varint(in);
                            fields.add(new Field(number, 0, in.slice(in.position(), length)));
                            in.position(in.position() + length);
                        }
                        case 5 -> fields.add(new Field(number, in.getInt(), ByteBuffer.allocate(0)));
                        default -> throw new IOException("etcd's reply holds a field of unknown wire type: tag " + tag);
                    }
                }
            } catch (RuntimeException e) {
                throw new IOException("etcd's reply is not a complete message", e);
            }
            return new Message(fields);
        }

        /** The number in the field, 0 when absent. */
        long number(int field) {
            return fields.stream()
                    .filter(f -> f.number == field)
                    .mapToLong(Field::value)
                    .reduce(0, (a, b) -> b);
        }

        /** The field's bytes, empty when absent. */
        byte[] bytes(int field) {
            List<byte[]> all = all(field);
            return all.isEmpty() ? new byte[0] : all.get(all.size() - 1);
        }

        /** Every occurrence of the field, in order. */
        List<byte[]> all(int field) {
            List<byte[]> values = new ArrayList<>();
            for (Field f : fields) {
                if (f.number == field) {
                    byte[] copy = new byte[f.data.remaining()];
                    f.data.duplicate().get(copy);
                    values.add(copy);
                }
            }
            return values;
        }

        /** Every occurrence of the field, as messages. */
        List<Message> messages(int field) throws IOException {
            List<Message> values = new ArrayList<>();
            for (Field f : fields) {
                if (f.number == field) {
                    values.add(parse(f.data.duplicate()));
                }
            }
            return values;
        }

        private static long varint(ByteBuffer in) {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte b = in.get();
                value |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("varint is too long");
        }
    }

    private record Field(int number, long value, ByteBuffer data) {}
}
