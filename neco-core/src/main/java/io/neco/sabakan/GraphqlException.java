package io.neco.sabakan;

import java.io.IOException;

/** sabakan understood a GraphQL request, and refused it; the message names the request and sabakan's reason. */
public final class GraphqlException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String type;

    /**
     * A refusal.
     *
     * @param request what was asked
     * @param said sabakan's message
     * @param type sabakan's word for the kind of error; empty when it gave none
     */
    public GraphqlException(String request, String said, String type) {
        super(request + ": sabakan refused: " + said + (type.isEmpty() ? "" : " (" + type + ")"));
        this.type = type;
    }

    /** Whether the machine's state cannot be changed in that way. */
    public boolean isInvalidTransition() {
        return type.equals("INVALID_STATE_TRANSITION");
    }
}
