package io.neco.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** The users of machines' BMCs, as setup-hw reads them; they have passwords, so nothing of the text is ever shown. */
final class BmcUsers {
    private BmcUsers() {}

    /**
     * Whether the text is what setup-hw can read.
     *
     * @param text the users
     * @param source where the text is from, for the message
     * @param cure what has happened and what to do, for the message
     * @throws IOException when it is no JSON object; neither message nor cause shows any of it
     */
    static void check(String text, String source, String cure) throws IOException {
        try {
            if (!new ObjectMapper().readTree(text).isObject()) {
                throw new IOException(source + " is no JSON object; " + cure);
            }
        } catch (JacksonException e) {
            // its own words may have the password that lacks quotes
            JsonLocation place = e.getLocation();
            throw new IOException(source + " is no JSON: line " + place.getLineNr() + ", column " + place.getColumnNr()
                    + "; " + cure);
        }
    }
}
