package io.neco.http;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Downloads files to disk in constant memory: through a temporary file beside the target, going on where a broken connection left off,
 * with size and digest checked before the file gets its name.
 *
 * <p>Unlike the reference (deb.go and progs/sabakan/upload.go at 1eec387), which reads the whole file into memory and checks nothing.
 */
public final class Downloader {
    private static final Duration HEADERS_DEADLINE = Duration.ofMinutes(1);
    /** How long a connection may be silent before it is given up, unless told otherwise. */
    public static final Duration STALL = Duration.ofMinutes(1);

    private static final int ERROR_BODY = 2000;
    /** Whoever brings less than this with a connection brings nothing. */
    private static final int LEAST_PROGRESS = 65_536;

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");

    private final Sender client;
    private final Retry retry;
    private final Duration stall;

    /** A downloader that gives a connection up after a minute of silence. */
    public Downloader(Sender client, Retry retry) {
        this(client, retry, STALL);
    }

    /**
     * A downloader.
     *
     * @param client sends the requests
     * @param retry how often and after which pauses to go on after a failure
     * @param stall how long a connection may be silent
     */
    public Downloader(Sender client, Retry retry, Duration stall) {
        this.client = client;
        this.retry = retry;
        this.stall = stall;
    }

    /**
     * Downloads a file; on failure the target is as it was before and nothing is left beside it.
     *
     * @return the file's size in bytes
     * @throws IOException when attempts failed without coming further, or size or digest are wrong, or the disk is full; the message names
     *     address, file, sizes and reason
     * @throws InterruptedException when the thread is interrupted
     */
    public long fetch(Download download) throws IOException, InterruptedException {
        NativeCryptography.prefer();
        Path target = download.target().toAbsolutePath();
        Path directory = target.getParent() == null ? target : target.getParent();
        Path temporary;
        try {
            Files.createDirectories(directory);
            temporary = Files.createTempFile(directory, "." + target.getFileName() + ".", ".part");
        } catch (IOException e) {
            throw new IOException("cannot download " + download + ": cannot create a file there: " + e, e);
        }
        try (PartialFile file = new PartialFile(temporary, download.sha256().isPresent())) {
            receive(download, file);
            file.sync();
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            return file.length();
        } catch (IOException e) {
            throw new IOException("cannot download " + download + ": " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Downloads to the end of a file that is being put together, through the same attempts and checks. On failure what stands behind
     * {@code start} is of no use.
     *
     * @param download what to fetch; its target is the file's name, for messages
     * @param file the file, open for writing
     * @param start where in the file the first byte goes
     * @return how many bytes there are now behind {@code start}
     * @throws HttpStatusException when the server refuses
     * @throws LocalFileException when the file cannot be written
     * @throws WrongContentException when size or digest are wrong
     * @throws IOException when the connection broke in all attempts and none of them came further
     */
    public long append(Download download, FileChannel file, long start) throws IOException, InterruptedException {
        NativeCryptography.prefer();
        try (PartialFile part = new PartialFile(
                download.target(), file, start, download.sha256().isPresent())) {
            receive(download, part);
            return part.length();
        }
    }

    /** Goes on as long as connections bring something: some proxies cut each one after a while, or after some megabytes. */
    private void receive(Download download, PartialFile file) throws IOException, InterruptedException {
        retry.call(
                "download of " + download,
                Retry::isTransient,
                () -> file.furthest() / LEAST_PROGRESS,
                () -> attempt(download, file));
        verify(download, file);
    }

    private Boolean attempt(Download download, PartialFile file) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(download.source());
        if (file.length() > 0
                && (file.validator().isPresent() || download.sha256().isPresent())) {
            request.header("Range", "bytes=" + file.length() + "-");
            file.validator().ifPresent(v -> request.header("If-Range", v));
        }
        HttpResponse<Transfer> answer = client.send(request.build(), info -> new Transfer(), HEADERS_DEADLINE);
        Transfer body = answer.body();
        try {
            switch (answer.statusCode()) {
                case 200 -> file.restart(validator(answer), contentLength(answer));
                case 206 -> checkRange(answer, file);
                case 416 -> {
                    file.restart(Optional.empty(), -1);
                    throw new IOException("the server cannot go on where the download broke off");
                }
                default -> throw new HttpStatusException(answer, excerpt(body));
            }
            checkOffer(download, file);
            file.requireRoom();
            body.drainTo(piece -> take(piece, download, file), stall);
        } catch (IOException e) {
            if (e instanceof HttpStatusException
                    || e instanceof LocalFileException
                    || e instanceof WrongContentException) {
                throw e;
            }
            throw new IOException(received(file) + ": " + e.getMessage(), e);
        } finally {
            body.cancel();
        }
        if (file.expected() >= 0 && file.length() < file.expected()) {
            throw new IOException(received(file) + ": the connection ended early");
        }
        return true;
    }

    private static void take(ByteBuffer piece, Download download, PartialFile file) throws IOException {
        file.append(piece);
        if (download.size().isPresent() && file.length() > download.size().getAsLong()) {
            throw new WrongContentException(
                    "the server sends more than the expected " + download.size().getAsLong() + " bytes");
        }
    }

    private static String received(PartialFile file) {
        return "received " + file.length() + (file.expected() >= 0 ? " of " + file.expected() : "") + " bytes";
    }

    private static void checkOffer(Download download, PartialFile file) throws IOException {
        if (download.size().isPresent()
                && file.expected() >= 0
                && file.expected() != download.size().getAsLong()) {
            throw new WrongContentException("the server offers " + file.expected() + " bytes, but "
                    + download.size().getAsLong() + " are expected");
        }
    }

    private static void checkRange(HttpResponse<?> answer, PartialFile file) throws IOException {
        String header = answer.headers().firstValue("Content-Range").orElse("");
        Matcher range = CONTENT_RANGE.matcher(header);
        if (!range.matches() || Long.parseLong(range.group(1)) != file.length()) {
            long at = file.length();
            file.restart(Optional.empty(), -1);
            throw new IOException("asked for the rest from byte " + at + ", but the server sent \"" + header + "\"");
        }
        if (!range.group(3).equals("*")) {
            file.expect(Long.parseLong(range.group(3)));
        }
    }

    private static void verify(Download download, PartialFile file) throws IOException {
        if (download.size().isPresent() && file.length() != download.size().getAsLong()) {
            throw new WrongContentException("received " + file.length() + " bytes, but "
                    + download.size().getAsLong() + " are expected");
        }
        if (download.sha256().isEmpty()) {
            return;
        }
        String digest = file.sha256();
        if (!download.sha256().get().equalsIgnoreCase(digest)) {
            throw new WrongContentException("received " + file.length() + " bytes with SHA-256 digest " + digest
                    + ", but expected " + download.sha256().get());
        }
    }

    private static Optional<String> validator(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("ETag")
                .filter(tag -> !tag.startsWith("W/"))
                .or(() -> answer.headers().firstValue("Last-Modified"));
    }

    private static long contentLength(HttpResponse<?> answer) {
        return answer.headers().firstValueAsLong("Content-Length").orElse(-1);
    }

    private String excerpt(Transfer body) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        try {
            body.drainTo(
                    piece -> {
                        text.append(StandardCharsets.UTF_8.decode(piece));
                        if (text.length() > ERROR_BODY) {
                            throw new IOException("enough");
                        }
                    },
                    stall);
        } catch (IOException e) {
            return text.toString();
        }
        return text.toString();
    }
}
