package io.neco.redfish;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A management controller refused a request; the message names request, status and what it said. Source of the errors' form: DMTF DSP0266,
 * "Error responses".
 */
public final class RedfishException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 500;
    private static final int NOT_FOUND = 404;

    private final int status;
    private final boolean isRepeated;

    /**
     * A refusal.
     *
     * @param request what was asked, e.g. {@code GET https://10.72.17.5/redfish/v1/Systems}
     * @param status HTTP status
     * @param body what the controller said
     * @param hint what the operator can do; empty text: nothing to add
     */
    RedfishException(String request, int status, String body, String hint) {
        super(request + ": status " + status + said(body) + (hint.isEmpty() ? "" : "; " + hint));
        this.status = status;
        this.isRepeated = body.contains("SYS011");
    }

    private static String said(String body) {
        List<String> sentences = new ArrayList<>();
        try {
            JsonNode error = new ObjectMapper().readTree(body).path("error");
            for (JsonNode info : error.path("@Message.ExtendedInfo")) {
                sentences.add(Texts.of(info.path("Message")) + " (" + Texts.of(info.path("MessageId")) + ")");
            }
            if (sentences.isEmpty() && error.isObject()) {
                sentences.add(Texts.of(error.path("message")) + " (" + Texts.of(error.path("code")) + ")");
            }
        } catch (JacksonException e) {
            // an ordinary web server's page
            sentences.clear();
        }
        String text = (sentences.isEmpty() ? body : String.join(" ", sentences))
                .replaceAll("\\s+", " ")
                .strip();
        return text.isEmpty() ? "" : ": " + (text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Whether the controller has no such resource. */
    public boolean isNotFound() {
        return status == NOT_FOUND;
    }

    /** Whether Dell's controller says that the job is there already (SYS011). */
    public boolean isJobThereAlready() {
        return isRepeated;
    }
}
