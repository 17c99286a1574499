package io.neco.http;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request's body of known length, made of bytes and files, read as the connection takes it: memory stays constant however large the
 * files are. It tells how far it has come, so that a connection that takes nothing any more can be given up.
 */
public final class Upload implements BodyPublisher {
    private static final int PIECE = 64 * 1024;

    private final List<Part> parts;
    private final long length;
    private final LongConsumer progress;
    private volatile long sent;
    private volatile long lastProgress = System.nanoTime();

    /** A part of a body. */
    public sealed interface Part {
        /** Its length in bytes. */
        long length();

        /**
         * Bytes.
         *
         * @param data not to be changed afterwards
         */
        @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
        record Bytes(byte[] data) implements Part {
            @Override
            public long length() {
                return data.length;
            }
        }

        /**
         * A file.
         *
         * @param file the file
         * @param length how much of it, from its beginning
         */
        record OfFile(Path file, long length) implements Part {}
    }

    /**
     * A body.
     *
     * @param parts what it consists of
     * @param progress told after each piece how many bytes were sent so far; starts anew when the request is repeated
     */
    public Upload(List<Part> parts, LongConsumer progress) {
        this.parts = List.copyOf(parts);
        this.length = parts.stream().mapToLong(Part::length).sum();
        this.progress = progress;
    }

    @Override
    public long contentLength() {
        return length;
    }

    /** How many bytes the connection has taken so far. */
    public long sent() {
        return sent;
    }

    /** When something was sent last, by {@link System#nanoTime()}. */
    long lastProgress() {
        return lastProgress;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        sent = 0;
        lastProgress = System.nanoTime();
        subscriber.onSubscribe(new Sending(subscriber));
    }

    /** One passage through the body. */
    private final class Sending implements Flow.Subscription {
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final AtomicLong demand = new AtomicLong();
        private final AtomicInteger calls = new AtomicInteger();
        private volatile boolean isEnded;
        private int part;
        private long position;
        private @Nullable FileChannel open;

        Sending(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            demand.addAndGet(n);
            serve();
        }

        @Override
        public void cancel() {
            isEnded = true;
            serve();
        }

        /** One thread at a time serves the demand; the others leave theirs to it. */
        private void serve() {
            if (calls.getAndIncrement() != 0) {
                return;
            }
            int handled = 1;
            do {
                while (!isEnded && demand.get() > 0) {
                    demand.decrementAndGet();
                    step();
                }
                if (isEnded) {
                    close();
                }
                handled = calls.addAndGet(-handled);
            } while (handled != 0);
        }

        private void step() {
            ByteBuffer piece;
            try {
                piece = next();
            } catch (IOException e) {
                isEnded = true;
                subscriber.onError(e);
                return;
            }
            if (piece == null) {
                isEnded = true;
                lastProgress = System.nanoTime();
                subscriber.onComplete();
                return;
            }
            int size = piece.remaining();
            subscriber.onNext(piece);
            long total = sent + size;
            sent = total;
            lastProgress = System.nanoTime();
            progress.accept(total);
        }

        /** The next piece; null at the end. */
        private @Nullable ByteBuffer next() throws IOException {
            while (part < parts.size()) {
                Part current = parts.get(part);
                long left = current.length() - position;
                if (left == 0) {
                    close();
                    part++;
                    position = 0;
                    continue;
                }
                ByteBuffer piece = read(current, (int) Math.min(PIECE, left));
                position += piece.remaining();
                return piece;
            }
            return null;
        }

        private ByteBuffer read(Part source, int size) throws IOException {
            if (source instanceof Part.Bytes bytes) {
                return ByteBuffer.wrap(bytes.data(), (int) position, size).asReadOnlyBuffer();
            }
            Path file = ((Part.OfFile) source).file();
            ByteBuffer piece = ByteBuffer.allocate(size);
            try {
                FileChannel channel = open;
                if (channel == null) {
                    channel = FileChannel.open(file, StandardOpenOption.READ);
                    open = channel;
                }
                while (piece.hasRemaining()) {
                    if (channel.read(piece, position + piece.position()) < 0) {
                        throw new IOException("it ends after " + (position + piece.position()) + " bytes, but had "
                                + source.length() + " before");
                    }
                }
            } catch (IOException e) {
                throw new LocalFileException("cannot read " + file + ": " + e.getMessage(), e);
            }
            return piece.flip();
        }

        private void close() {
            FileChannel channel = open;
            open = null;
            if (channel != null) {
                try {
                    channel.close();
                } catch (IOException e) {
                    // it was only read
                }
            }
        }
    }
}
