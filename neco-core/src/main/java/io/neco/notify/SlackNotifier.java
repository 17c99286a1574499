package io.neco.notify;

import io.neco.http.WebClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Posts to a Slack webhook; source: ext/slack.go at 1eec387, api.slack.com/messaging/webhooks. */
public final class SlackNotifier implements Notifier {
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final int LONGEST_ANSWER = 200;

    private final URI webhook;
    private final String cluster;
    private final WebClient client;

    /**
     * A notifier for one webhook.
     *
     * @param webhook the value of {@code config/notification/slack}, a secret
     * @param cluster the cluster's name
     * @param client sends the messages; closed with this notifier
     * @throws IllegalArgumentException when the webhook is not an address; the message does not show it
     */
    public SlackNotifier(String webhook, String cluster, WebClient client) {
        this.webhook = address(webhook);
        this.cluster = cluster;
        this.client = client;
    }

    /**
     * Checks a webhook.
     *
     * @throws IllegalArgumentException when it is not an http or https address; the message does not show it
     */
    public static void requireWebhook(String webhook) {
        address(webhook);
    }

    private static URI address(String webhook) {
        URI uri;
        try {
            uri = URI.create(webhook.strip());
        } catch (IllegalArgumentException e) {
            throw notAnAddress();
        }
        if (uri.getHost() == null
                || !("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))) {
            throw notAnAddress();
        }
        return uri;
    }

    private static IllegalArgumentException notAnAddress() {
        return new IllegalArgumentException(
                "the Slack webhook of config/notification/slack is not an http or https address; set it with `neco config set slack`");
    }

    @Override
    public void send(Notification notification) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(webhook)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(SlackPayload.of(notification, cluster)))
                .build();
        String shown = "POST to the Slack webhook at " + webhook.getHost();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString(), DEADLINE, shown);
        if (answer.statusCode() / 100 != 2) {
            String said = answer.body().strip();
            throw new IOException(shown + ": status code " + answer.statusCode() + " is not a success"
                    + (said.isEmpty() ? "" : ": " + said.substring(0, Math.min(LONGEST_ANSWER, said.length()))));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
