package io.neco.container;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Where layers that several images share can be had from: the archives written so far, which are kept open, so that their content is
 * there even after the files were renamed or deleted. The oldest are let go when they take more than a given space.
 */
final class LayerShelf implements AutoCloseable {

    /** A layer inside an archive. */
    record Place(FileChannel archive, long start) {
        /**
         * Copies the layer to another file.
         *
         * @return whether it could be read; when not, this place is given up
         * @throws IOException when this thread was interrupted; the files are closed then
         */
        boolean copyTo(FileChannel file, long to, long size) throws IOException {
            try {
                file.position(to);
                long done = 0;
                while (done < size) {
                    long copied = archive.transferTo(start + done, size - done, file);
                    if (copied <= 0) {
                        archive.close();
                        return false;
                    }
                    done += copied;
                }
                return true;
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                // if it is the other file that cannot be written, this will be told when the layer is downloaded to it
                archive.close();
                return false;
            }
        }
    }

    private record Archive(FileChannel channel, long size) {}

    private final long most;
    private final Map<String, CompletableFuture<Optional<Place>>> layers = new HashMap<>();
    private final Deque<Archive> archives = new ArrayDeque<>();
    private long kept;
    private boolean isClosed;

    /** @param most bytes of disk that archives may take for the sake of their layers */
    LayerShelf(long most) {
        this.most = most;
    }

    /**
     * Waits while another thread fetches the layer.
     *
     * @return where it is; empty: the caller has to fetch it now, and to call {@link #settle}
     */
    Optional<Place> findOrClaim(String digest) throws InterruptedException {
        while (true) {
            CompletableFuture<Optional<Place>> known;
            synchronized (this) {
                known = layers.get(digest);
                if (known == null) {
                    layers.put(digest, new CompletableFuture<>());
                    return Optional.empty();
                }
            }
            try {
                Optional<Place> place = known.get();
                if (place.isPresent() && place.get().archive().isOpen()) {
                    return place;
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("layers are settled, never failed", e);
            }
            forget(digest, known);
        }
    }

    /** Tells those who wait for a layer that it is there, or, when empty, that it could not be had. */
    synchronized void settle(String digest, Optional<Place> place) {
        CompletableFuture<Optional<Place>> claimed = layers.get(digest);
        if (claimed != null) {
            claimed.complete(place);
            if (place.isEmpty()) {
                layers.remove(digest, claimed);
            }
        }
    }

    private synchronized void forget(String digest, CompletableFuture<Optional<Place>> known) {
        layers.remove(digest, known);
    }

    /** Keeps an archive that is written no more, unless it is closed. */
    synchronized void keep(FileChannel archive, long size) throws IOException {
        if (isClosed) {
            archive.close();
        }
        if (!archive.isOpen()) {
            return;
        }
        archives.addLast(new Archive(archive, size));
        kept += size;
        while (kept > most && !archives.isEmpty()) {
            Archive oldest = archives.removeFirst();
            kept -= oldest.size();
            oldest.channel().close();
        }
    }

    /** Gives the disk space back. */
    @Override
    public synchronized void close() throws IOException {
        isClosed = true;
        layers.clear();
        for (Archive archive : archives) {
            archive.channel().close();
        }
        archives.clear();
        kept = 0;
    }
}
