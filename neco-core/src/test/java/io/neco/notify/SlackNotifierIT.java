package io.neco.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.neco.http.HttpClients;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import io.neco.update.UpdateRequest;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlackNotifierIT {
    private static final Notification NOTIFICATION = new Notification(
            Notification.Kind.SUCCEEDED,
            new UpdateRequest("2022.05.25-1", List.of(0), false, OffsetDateTime.parse("2026-11-24T16:45:23.5Z")),
            "");

    private final TestHttpServer server = new TestHttpServer(request -> Reply.of(200, "ok"));

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void postsTheReferencesBody() throws Exception {
        try (Notifier slack = notifier()) {
            slack.send(NOTIFICATION);
        }

        Request request = server.requests().get(0);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).isEqualTo("/services/s3cret");
        assertThat(request.headers())
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Content-Length", Integer.toString(request.body().length()));
        assertThat(request.body()).isEqualTo(SlackPayload.of(NOTIFICATION, "lab0"));
    }

    @Test
    void complainsOfARefusalWithoutShowingTheAddress() {
        server.answer(request -> Reply.of(404, "no_service"));

        try (Notifier slack = notifier()) {
            assertThatIOException()
                    .isThrownBy(() -> slack.send(NOTIFICATION))
                    .withMessage(
                            "POST to the Slack webhook at 127.0.0.1: status code 404 is not a success: no_service");
        }
    }

    @Test
    void complainsOfSilenceWithoutShowingTheAddress() {
        server.close();

        try (Notifier slack = notifier()) {
            assertThatIOException()
                    .isThrownBy(() -> slack.send(NOTIFICATION))
                    .withMessage("POST to the Slack webhook at 127.0.0.1: cannot connect");
        }
    }

    @Test
    void refusesWhatIsNoAddressWithoutShowingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SlackNotifier("s3cret", "lab0", new HttpClients().local()))
                .withMessageNotContaining("s3cret")
                .withMessageContaining("config/notification/slack");
    }

    private Notifier notifier() {
        return new SlackNotifier(
                server.uri() + "/services/s3cret", "lab0", new HttpClients().proxied(Optional.empty()));
    }
}
