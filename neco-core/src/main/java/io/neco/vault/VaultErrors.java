package io.neco.vault;

import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.json.ParseException;
import io.github.jopenlibs.vault.rest.RestResponse;
import io.neco.host.HostPaths;
import java.nio.charset.StandardCharsets;
import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the driver's failures into one message: method, address, path, status, and Vault's own words. */
final class VaultErrors {
    private static final int LONGEST = 500;

    private VaultErrors() {}

    /** A failure the driver threw: no answer, or a status it does not hand on. */
    static VaultRequestException translate(String method, String address, String path, VaultException e) {
        int status = e.getHttpStatusCode();
        String where = method + " " + address + "/v1/" + path;
        if (status != VaultRequestException.NO_ANSWER) {
            String message = String.valueOf(e.getMessage());
            int body = message.indexOf('{');
            String words = body < 0 ? "" : words(message.substring(body).getBytes(StandardCharsets.UTF_8));
            return new VaultRequestException("Vault refused " + where + ": status " + status + words, status, e);
        }
        return noAnswer(method, address, path, e);
    }

    /** No answer came, or none that is HTTP. */
    static VaultRequestException noAnswer(String method, String address, String path, Exception e) {
        if (causedByInterrupt(e)) {
            Thread.currentThread().interrupt();
        }
        return new VaultRequestException(
                "no answer from Vault to " + method + " " + address + "/v1/" + path + ": " + reason(e),
                VaultRequestException.NO_ANSWER,
                e);
    }

    /** The key was taken, but it takes more. */
    static VaultRequestException stillSealed(String address) {
        return new VaultRequestException(
                "Vault at " + address
                        + ", sys/unseal: failed to unseal vault: it is still sealed after the key was accepted",
                200);
    }

    /** An answer whose status means refusal. */
    static VaultRequestException refused(String method, String address, String path, RestResponse answer) {
        return refused(method, address, path, answer.getStatus(), answer.getBody());
    }

    /** An answer whose status means refusal. */
    static VaultRequestException refused(String method, String address, String path, int status, byte[] body) {
        return new VaultRequestException(
                "Vault refused " + method + " " + address + "/v1/" + path + ": status " + status + words(body), status);
    }

    /** The JSON object in {@code body}, if it is one. */
    static Optional<JsonObject> parse(byte[] body) {
        try {
            JsonValue value = Json.parse(new String(body, StandardCharsets.UTF_8));
            return value.isObject() ? Optional.of(value.asObject()) : Optional.empty();
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    private static String words(byte[] body) {
        List<String> words = new ArrayList<>();
        parse(body).ifPresent(object -> {
            for (String member : new String[] {"errors", "warnings"}) {
                JsonValue list = object.get(member);
                if (list != null && list.isArray()) {
                    list.asArray().forEach(word -> words.add(word.isString() ? word.asString() : word.toString()));
                }
            }
        });
        if (words.isEmpty()) {
            return "";
        }
        String text = String.join("; ", words).strip();
        return ": " + (text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
    }

    private static boolean causedByInterrupt(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Throwable e) {
        return certificateReason(e).orElseGet(() -> networkReason(e));
    }

    /** What is wrong with the certificate that Vault showed, and what to do. */
    private static Optional<String> certificateReason(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return Optional.of("its certificate has expired (" + cause.getMessage()
                        + "); run `neco cert renew --vault LRN` as root on that server, LRN being another server"
                        + " whose certificate is valid");
            }
            if (cause instanceof CertificateNotYetValidException) {
                return Optional.of("its certificate is not valid yet (" + cause.getMessage()
                        + "); compare the clocks of both servers");
            }
            if (cause instanceof CertPathBuilderException || cause instanceof SignatureException) {
                return Optional.of("its certificate is not signed by a CA that this server trusts; compare "
                        + HostPaths.SERVER_CA_FILE + " with that of another boot server, then run"
                        + " update-ca-certificates");
            }
        }
        return Optional.empty();
    }

    private static String networkReason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        String name = cause.getClass().getSimpleName();
        if (cause instanceof java.net.ConnectException || cause instanceof java.nio.channels.ClosedChannelException) {
            return "connection refused"
                    + (message == null || message.equals("Connection refused") ? "" : " (" + message + ")");
        }
        return message == null || message.isEmpty() ? name : message + " (" + name + ")";
    }
}
