package io.neco.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.update.UpdateRequest;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlackPayloadTest {

    @Test
    void tellsThatAnUpdateBegins() {
        assertThat(SlackPayload.of(
                        new Notification(
                                Notification.Kind.INFO,
                                request("2022.05.26-2", List.of(0)),
                                "start updating the new release."),
                        "lab0"))
                .isEqualTo(
                        "{\"attachments\":[{\"color\":\"#439FE0\",\"author_name\":\"Boot server updater\",\"title\":\"Update begins\",\"text\":\"neco-worker has started the updating process.\",\"fields\":[{\"title\":\"Cluster\",\"value\":\"lab0\",\"short\":true},{\"title\":\"Version\",\"value\":\"2022.05.26-2\",\"short\":true},{\"title\":\"Servers\",\"value\":\"[0]\",\"short\":true},{\"title\":\"Started at\",\"value\":\"2026-11-24T16:46:22Z\",\"short\":true},{\"title\":\"Detail\",\"value\":\"start updating the new release.\"}]}]}");
    }

    @Test
    void tellsOfSuccessWithoutAMessage() {
        assertThat(SlackPayload.of(
                        new Notification(Notification.Kind.SUCCEEDED, request("2022.05.25-1", List.of(0, 1, 2)), ""),
                        "lab0"))
                .isEqualTo(
                        "{\"attachments\":[{\"color\":\"good\",\"author_name\":\"Boot server updater\",\"title\":\"Update completed successfully\",\"text\":\"boot servers were updated successfully :tada: :tada: :tada:\",\"fields\":[{\"title\":\"Cluster\",\"value\":\"lab0\",\"short\":true},{\"title\":\"Version\",\"value\":\"2022.05.25-1\",\"short\":true},{\"title\":\"Servers\",\"value\":\"[0 1 2]\",\"short\":true},{\"title\":\"Started at\",\"value\":\"2026-11-24T16:46:22Z\",\"short\":true}]}]}");
    }

    @Test
    void tellsOfFailureWithItsReasonEscapedAsGoDoes() {
        assertThat(SlackPayload.of(
                        new Notification(
                                Notification.Kind.FAILURE,
                                request("2022.05.26-2", List.of(0)),
                                "update request was aborted: boom <x>"),
                        "lab0"))
                .isEqualTo(
                        "{\"attachments\":[{\"color\":\"danger\",\"author_name\":\"Boot server updater\",\"title\":\"Update failed\",\"text\":\"there were some errors :crying_cat_face:.  Please fix it manually.\",\"fields\":[{\"title\":\"Cluster\",\"value\":\"lab0\",\"short\":true},{\"title\":\"Version\",\"value\":\"2022.05.26-2\",\"short\":true},{\"title\":\"Servers\",\"value\":\"[0]\",\"short\":true},{\"title\":\"Started at\",\"value\":\"2026-11-24T16:46:22Z\",\"short\":true},{\"title\":\"Reason\",\"value\":\"update request was aborted: boom \\u003cx\\u003e\"}]}]}");
    }

    @Test
    void leavesOutEmptyValues() {
        assertThat(SlackPayload.of(new Notification(Notification.Kind.FAILURE, request("1", List.of()), ""), ""))
                .contains("{\"title\":\"Cluster\",\"short\":true}", "\"value\":\"[]\"", "{\"title\":\"Reason\"}");
    }

    private static UpdateRequest request(String version, List<Integer> servers) {
        return new UpdateRequest(version, servers, false, OffsetDateTime.parse("2026-11-24T16:46:22.123456789Z"));
    }
}
