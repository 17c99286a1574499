package io.neco.container;

import io.neco.http.Download;
import io.neco.http.Downloader;
import io.neco.http.HttpStatusException;
import io.neco.http.LocalFileException;
import io.neco.http.Retry;
import io.neco.http.Sender;
import io.neco.http.ShortBody;
import io.neco.http.WebClient;
import io.neco.http.WrongContentException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One repository of a registry, read through its API. Source: distribution.github.io/distribution/spec/api and
 * github.com/opencontainers/distribution-spec.
 */
final class Registry {
    private static final int LONGEST_MANIFEST = 4 << 20;
    private static final int MOST_MANIFESTS = 3;
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private final Sender session;
    private final ImageName name;
    private final Retry retry;
    private final Downloader downloader;

    Registry(Sender session, ImageName name, Retry retry) {
        this.session = session;
        this.name = name;
        this.retry = retry;
        this.downloader = new Downloader(session, retry);
    }

    /**
     * What the image for linux/amd64 consists of.
     *
     * @throws HttpStatusException when the registry refuses
     * @throws WrongContentException when its answer cannot be used
     */
    ImageManifest manifest() throws IOException, InterruptedException {
        String wanted = name.tag();
        for (int n = 0; n < MOST_MANIFESTS; n++) {
            URI address = name.manifest(wanted);
            String digest = wanted;
            ImageManifest.Answer answer = retry.call(
                    "request for " + WebClient.shown(address), Retry::isTransient, () -> manifest(address, digest));
            if (answer.image().isPresent()) {
                return answer.image().get();
            }
            wanted = answer.elsewhere().orElseThrow();
        }
        throw new WrongContentException(
                "GET " + WebClient.shown(name.manifest(name.tag())) + ": a list of lists of manifests");
    }

    private ImageManifest.Answer manifest(URI address, String wanted) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Accept", ImageManifest.ACCEPTED)
                .build();
        HttpResponse<byte[]> answer = session.send(request, ShortBody.of(LONGEST_MANIFEST), DEADLINE);
        if (answer.statusCode() != 200) {
            throw new HttpStatusException(answer, new String(answer.body(), StandardCharsets.UTF_8));
        }
        try {
            Optional<String> promised = wanted.equals(name.tag())
                    ? answer.headers().firstValue("Docker-Content-Digest").filter(d -> d.startsWith("sha256:"))
                    : Optional.of(wanted);
            String digest = "sha256:" + sha256(answer.body());
            if (promised.isPresent() && !promised.get().equals(digest)) {
                throw new WrongContentException(
                        "the manifest has the digest " + digest + ", but expected " + promised.get());
            }
            return ImageManifest.read(
                    answer.body(), answer.headers().firstValue("Content-Type").orElse(""));
        } catch (WrongContentException e) {
            throw new WrongContentException("GET " + WebClient.shown(address) + ": " + e.getMessage());
        }
    }

    /** Downloads a blob into an archive, see {@link Downloader#append}; messages name the blob's address. */
    void download(Blob blob, Path archive, FileChannel file, long start) throws IOException, InterruptedException {
        URI address = name.blob(blob.digest());
        try {
            downloader.append(
                    new Download(address, archive, OptionalLong.of(blob.size()), Optional.of(blob.hex())), file, start);
        } catch (HttpStatusException e) {
            throw e;
        } catch (WrongContentException e) {
            throw new WrongContentException("GET " + WebClient.shown(address) + ": " + e.getMessage());
        } catch (LocalFileException e) {
            throw new LocalFileException("GET " + WebClient.shown(address) + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException("GET " + WebClient.shown(address) + ": " + e.getMessage(), e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
