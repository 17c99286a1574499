package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScraperIT {
    private static final String GAUGE = "# TYPE hw gauge\nhw 0\n";

    private final TestHttpServer server = new TestHttpServer(request -> Reply.of(200, GAUGE));
    private final WebClient web = new HttpClients().local();
    private final Scraper scraper = new Scraper(web);

    @AfterEach
    void close() {
        web.close();
        server.close();
    }

    @Test
    void keepsOnlyWhatIsAskedFor() throws Exception {
        server.answer(request -> Reply.of(200, "other{a=\"b\"} 1\n".repeat(100_000) + GAUGE));

        assertThat(scraper.fetch(server.uri(), Set.of("hw", "absent"))).containsOnlyKeys("hw");
    }

    @Test
    void saysWhatIsNoAnswer() {
        server.answer(request -> Reply.of(503, "starting"));
        assertThatThrownBy(() -> scraper.fetch(server.uri(), Set.of("hw")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("503");

        server.answer(request -> Reply.of(200, "<html>"));
        assertThatThrownBy(() -> scraper.fetch(server.uri(), Set.of("hw")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("this is no metric of Prometheus' text format: line 1: \"<html>\"");

        server.answer(request -> Reply.of(200, GAUGE).promising(1000));
        assertThatThrownBy(() -> scraper.fetch(server.uri(), Set.of("hw"))).isInstanceOf(IOException.class);

        assertThatThrownBy(() -> scraper.fetch(URI.create("http://127.0.0.1:1/metrics"), Set.of("hw")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("http://127.0.0.1:1/metrics");
    }

    @Test
    void knowsWhereMachinesAnswer() {
        assertThat(Scraper.target("10.69.0.4")).hasToString("http://10.69.0.4:9105/metrics");
    }
}
