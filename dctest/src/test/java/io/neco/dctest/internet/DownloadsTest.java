package io.neco.dctest.internet;

import static io.neco.dctest.internet.StateFixture.body;
import static io.neco.dctest.internet.StateFixture.get;
import static io.neco.dctest.internet.StateFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DownloadsTest {
    private static final String HOST = "objects.githubusercontent.com";
    private static final String FILE = "/cybozu-go/neco/releases/download/release-1/neco.deb";

    @TempDir
    Path directory;

    private StateFixture state;
    private Downloads downloads;

    @BeforeEach
    void publishTenBytes() throws IOException {
        state = new StateFixture(directory);
        state.release("release-1", "2022-05-25T01:00:00Z", false, Map.of("neco.deb", "0123456789"));
        downloads = new Downloads(state.store(), state.faults(), "https");
    }

    @Test
    void redirectsFromTheWebSiteToTheHostWithTheFiles() throws IOException {
        var reply = downloads.answer(get("github.com", FILE));

        assertThat(reply.status()).isEqualTo(302);
        assertThat(reply.headers()).containsEntry("Location", "https://" + HOST + FILE);
    }

    @Test
    void sendsTheWholeFile() throws IOException {
        var reply = downloads.answer(get(HOST, FILE));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers()).containsEntry("Accept-Ranges", "bytes").containsKey("ETag");
        assertThat(body(reply)).isEqualTo("0123456789");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=4-,206,456789,bytes 4-9/10",
        "bytes=2-5,206,2345,bytes 2-5/10",
        "bytes=-3,206,789,bytes 7-9/10",
        "bytes=8-99,206,89,bytes 8-9/10",
        "bytes=10-,416,'',bytes */10"
    })
    void sendsTheRangeAskedFor(String range, int status, String content, String contentRange) throws IOException {
        var reply = downloads.answer(get(HOST, FILE, "Range", range));

        assertThat(reply.status()).isEqualTo(status);
        assertThat(body(reply)).isEqualTo(content);
        assertThat(reply.headers()).containsEntry("Content-Range", contentRange);
    }

    @Test
    void sendsTheWholeFileWhenItHasChangedSinceTheFirstPart() throws IOException {
        var reply = downloads.answer(get(HOST, FILE, "Range", "bytes=4-", "If-Range", "\"another\""));

        assertThat(reply.status()).isEqualTo(200);
    }

    @Test
    void truncatesTheFile() throws IOException {
        state.fault("download=truncate:4");

        var reply = downloads.answer(get(HOST, FILE));

        assertThat(reply.content().length()).isEqualTo(4);
        assertThat(body(reply)).isEqualTo("0123");
    }

    @Test
    void corruptsTheSameByteWhateverRangeIsAskedFor() throws IOException {
        state.fault("download=corrupt:5");

        assertThat(bytes(downloads.answer(get(HOST, FILE)))[5]).isEqualTo((byte) ('5' ^ 0xff));
        assertThat(bytes(downloads.answer(get(HOST, FILE, "Range", "bytes=4-")))[1])
                .isEqualTo((byte) ('5' ^ 0xff));
        assertThat(body(downloads.answer(get(HOST, FILE, "Range", "bytes=6-")))).isEqualTo("6789");
    }

    @Test
    void cutsTheConnectionAfterSoManyBytes() throws IOException {
        state.fault("download=cut:3");
        var reply = downloads.answer(get(HOST, FILE));
        var sent = new ByteArrayOutputStream();

        assertThat(reply.content().length()).isEqualTo(10);
        assertThatThrownBy(() -> reply.content().writeTo(sent)).isInstanceOf(IOException.class);
        assertThat(sent.toString(StandardCharsets.UTF_8)).isEqualTo("012");
    }

    @Test
    void ignoresRangesWhenAskedTo() throws IOException {
        state.fault("download=no-range");

        var reply = downloads.answer(get(HOST, FILE, "Range", "bytes=4-"));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers()).doesNotContainKey("Accept-Ranges");
    }

    @Test
    void doesNotKnowOtherFilesAndTakesNoOtherMethods() throws IOException {
        assertThat(downloads.answer(get(HOST, FILE + "x")).status()).isEqualTo(404);
        assertThat(downloads.answer(get("github.com", "/login")).status()).isEqualTo(404);
        assertThat(downloads.answer(request("PUT", HOST, FILE)).status()).isEqualTo(405);
    }

    private static byte[] bytes(Reply reply) throws IOException {
        var out = new ByteArrayOutputStream();
        reply.content().writeTo(out);
        return out.toByteArray();
    }
}
