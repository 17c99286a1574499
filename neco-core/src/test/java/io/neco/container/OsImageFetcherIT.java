package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.artifact.OsImage;
import io.neco.http.HttpClients;
import io.neco.http.Retry;
import io.neco.http.Sender;
import io.neco.http.WebClient;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OsImageFetcherIT {
    private static final OsImage IMAGE = new OsImage("stable", "3139.2.1");
    private static final String PATH = "/amd64-usr/3139.2.1/flatcar_production_pxe";

    @TempDir
    Path dir;

    private final TestHttpServer server = new TestHttpServer(
            request -> Reply.of(200, request.uri().endsWith("vmlinuz") ? "the kernel" : "the initrd"));
    private final WebClient client = new HttpClients().local();
    private final OsImageFetcher fetcher = new OsImageFetcher(
            new ToTestServer(), new Retry(3, Duration.ofMillis(1), Duration.ofMillis(1), d -> {}, new Random(1)));

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void fetchesKernelAndInitrd() throws Exception {
        OsImageFetcher.OsFiles files = fetcher.fetch(IMAGE, dir);

        assertThat(files.kernel()).hasContent("the kernel");
        assertThat(files.initrd()).hasContent("the initrd");
        assertThat(server.requests())
                .extracting(TestHttpServer.Request::uri)
                .containsExactly(PATH + ".vmlinuz", PATH + "_image.cpio.gz");
    }

    @Test
    void takesNoErrorPageForAKernel() {
        server.answer(request -> Reply.of(404, "<html>Not Found</html>"));

        assertThatThrownBy(() -> fetcher.fetch(IMAGE, dir))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("cannot fetch the kernel of OS image stable 3139.2.1")
                .hasMessageContaining(PATH + ".vmlinuz: status code 404")
                .hasMessageContaining("check that this version was released");
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void takesNoPartForTheWhole() {
        server.answer(request -> Reply.of(200, "the ke").promising(10));

        assertThatThrownBy(() -> fetcher.fetch(IMAGE, dir)).hasMessageContaining("received 6 of 10 bytes");
        assertThat(server.requests()).hasSize(3);
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void takesNothingForNoKernel() {
        server.answer(request -> Reply.of(200, ""));

        assertThatThrownBy(() -> fetcher.fetch(IMAGE, dir)).hasMessageContaining("the file is empty");
        assertThat(dir).isEmptyDirectory();
    }

    /** Stands for the way to the release server. */
    private final class ToTestServer implements Sender {
        @Override
        public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler, Duration deadline)
                throws IOException, InterruptedException {
            assertThat(request.uri().getHost()).isEqualTo("stable.release.flatcar-linux.net");
            HttpRequest local = HttpRequest.newBuilder(request, (name, value) -> true)
                    .uri(URI.create(server.uri() + request.uri().getPath()))
                    .build();
            return client.send(local, handler, deadline);
        }
    }
}
