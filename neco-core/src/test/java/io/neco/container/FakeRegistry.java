package io.neco.container;

import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A registry with one image, which can be told to misbehave. */
final class FakeRegistry implements AutoCloseable {
    static final String REPOSITORY = "cybozu/tool";
    static final String TAG = "1.2.3";

    private final Map<String, byte[]> blobs = new HashMap<>();
    private final TestImage image;
    private final TestHttpServer server;
    private volatile Function<Request, Optional<Reply>> fault = request -> Optional.empty();

    FakeRegistry(TestImage image) {
        this.image = image;
        blobs.put(TestImage.digest(image.config()), image.config());
        image.layers().forEach(layer -> blobs.put(TestImage.digest(layer), layer));
        server = new TestHttpServer(request -> fault.apply(request).orElseGet(() -> answer(request)));
    }

    /** Answers some requests otherwise. */
    void misbehave(Function<Request, Optional<Reply>> how) {
        fault = how;
    }

    /** What it answers when it behaves. */
    Reply answer(Request request) {
        String path = request.uri();
        if (path.equals(manifestPath())) {
            return Reply.of(200, image.manifest()).with("Content-Type", image.manifestType());
        }
        byte[] blob = blobs.get(path.substring(path.lastIndexOf('/') + 1));
        if (blob == null) {
            return Reply.of(404, "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"blob unknown to registry\"}]}");
        }
        String range = request.headers().get("Range");
        if (range == null) {
            return Reply.of(200, blob);
        }
        int from = Integer.parseInt(range.replaceAll("\\D", ""));
        return Reply.of(206, java.util.Arrays.copyOfRange(blob, from, blob.length))
                .with("Content-Range", "bytes " + from + "-" + (blob.length - 1) + "/" + blob.length);
    }

    String manifestPath() {
        return "/v2/" + REPOSITORY + "/manifests/" + TAG;
    }

    String blobPath(byte[] blob) {
        return "/v2/" + REPOSITORY + "/blobs/" + TestImage.digest(blob);
    }

    /** Host and port. */
    String name() {
        return server.uri().getAuthority();
    }

    String address(String path) {
        return server.uri() + path;
    }

    List<Request> requests() {
        return server.requests();
    }

    @Override
    public void close() {
        server.close();
    }
}
