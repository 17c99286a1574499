package io.neco.dctest.internet;

import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A body: how long it claims to be, and what is really sent. */
public interface Content {

    /** The length that is announced, in bytes. */
    long length();

    /** Sends the body; a body that ends before {@link #length()} makes the server drop the connection. */
    void writeTo(OutputStream out) throws IOException;

    /** A body held in memory. */
    static Content of(byte[] bytes) {
        return new Content() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(bytes);
            }
        };
    }

    /** {@code length} bytes of a file, starting at {@code offset}. */
    static Content of(Path file, long offset, long length) {
        return new Content() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    long end = offset + length;
                    for (long at = offset; at < end; ) {
                        long sent = channel.transferTo(at, end - at, Channels.newChannel(out));
                        if (sent <= 0) {
                            throw new EOFException(file + " became shorter while it was being sent");
                        }
                        at += sent;
                    }
                }
            }
        };
    }

    /** This body, with the connection dropped after {@code limit} bytes. */
    default Content cutAfter(long limit) {
        var whole = this;
        return new Content() {
            @Override
            public long length() {
                return whole.length();
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                whole.writeTo(new FilterOutputStream(out) {
                    private long left = limit;

                    @Override
                    public void write(int b) throws IOException {
                        write(new byte[] {(byte) b}, 0, 1);
                    }

                    @Override
                    public void write(byte[] b, int off, int len) throws IOException {
                        int part = (int) Math.min(left, len);
                        out.write(b, off, part);
                        left -= part;
                        if (part < len) {
                            out.flush();
                            throw new EOFException("cut after " + limit + " bytes, as asked for");
                        }
                    }
                });
            }
        };
    }

    /** This body with the byte at {@code position} inverted, if it has that many. */
    default Content corruptAt(long position) {
        var good = this;
        return new Content() {
            @Override
            public long length() {
                return good.length();
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                good.writeTo(new FilterOutputStream(out) {
                    private long at;

                    @Override
                    public void write(int b) throws IOException {
                        write(new byte[] {(byte) b}, 0, 1);
                    }

                    @Override
                    public void write(byte[] b, int off, int len) throws IOException {
                        byte[] sent = b;
                        int from = off;
                        if (position >= at && position < at + len) {
                            sent = java.util.Arrays.copyOfRange(b, off, off + len);
                            from = 0;
                            sent[(int) (position - at)] ^= (byte) 0xff;
                        }
                        out.write(sent, from, len);
                        at += len;
                    }
                });
            }
        };
    }
}
