package io.neco.redfish;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.http.Retry;
import io.neco.http.ShortBody;
import io.neco.http.WebClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;

/**
 * One management controller, for one piece of work: all its calls together have a deadline. Questions are repeated a few times when the
 * controller is overloaded, orders never. Made by {@link Controllers}.
 *
 * <p>Source: DMTF DSP0266; as the reference's library does, with basic authentication on each request and without a session, the service
 * root being read without authentication.
 */
public final class RedfishClient {
    private static final String ROOT = "/redfish/v1/";
    private static final int MOST_BYTES = 8 * 1024 * 1024;
    private static final Duration CALL_DEADLINE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final WebClient web;
    private final URI base;
    private final BmcCredentials credentials;
    private final Retry retry;
    private final long end;
    private final Duration deadline;
    private final ObjectMapper json = new ObjectMapper();

    /** @param deadline for all calls together */
    RedfishClient(WebClient web, URI base, BmcCredentials credentials, Duration deadline) {
        this.web = web;
        this.base = base;
        this.credentials = credentials;
        this.deadline = deadline;
        this.end = System.nanoTime() + deadline.toNanos();
        this.retry = new Retry(
                3, Duration.ofSeconds(1), LONGEST_PAUSE, Retry.Pause.interruptible(), RandomGenerator.getDefault());
    }

    /**
     * The one computer this controller manages.
     *
     * @throws IOException when it manages none or several, or does not answer
     */
    public ComputerSystem system() throws IOException, InterruptedException {
        String systems = Texts.of(get(ROOT, Optional.empty()).path("Systems").path("@odata.id"));
        if (systems.isEmpty()) {
            throw new IOException(shown("GET", ROOT) + ": the service root names no Systems");
        }
        JsonNode members = get(systems).path("Members");
        if (members.size() != 1) {
            throw new IOException(
                    shown("GET", systems) + ": computer Systems length should be 1, actual: " + members.size());
        }
        String path = Texts.of(members.path(0).path("@odata.id"));
        return ComputerSystem.of(path, get(path));
    }

    /**
     * Switches a computer.
     *
     * @throws IOException when the controller does not allow it (nothing was sent then), or refuses it
     */
    public void reset(ComputerSystem system, ResetType type) throws IOException, InterruptedException {
        send("POST", system.targetOf(type), Map.of("ResetType", type.word()));
    }

    /**
     * The BIOS settings of a computer; empty when the controller knows nothing of them.
     *
     * @throws IOException when it does not answer
     */
    public Optional<Bios> bios(ComputerSystem system) throws IOException, InterruptedException {
        if (system.bios().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Bios.of(system.bios().get(), get(system.bios().get())));
        } catch (RedfishException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Asks for another value of a BIOS setting; nothing is sent when it has it already. It takes effect by a job, at a start.
     *
     * @throws IOException when these settings cannot be changed
     */
    public void setBiosAttribute(Bios bios, String attribute, String value) throws IOException, InterruptedException {
        if (bios.has(attribute, value)) {
            return;
        }
        String settings = bios.settings()
                .orElseThrow(() -> new IOException("the BMC does not offer to change the settings of " + bios.path()));
        send("PATCH", settings, Map.of("Attributes", Map.of(attribute, value)));
    }

    /**
     * Makes something new.
     *
     * @param path the collection
     * @return where it is, as the controller says; empty when it does not say
     */
    Optional<String> create(String path, Map<String, ?> content) throws IOException, InterruptedException {
        return send("POST", path, content).headers().firstValue("Location");
    }

    private JsonNode get(String link) throws IOException, InterruptedException {
        return get(link, Optional.of(credentials));
    }

    private JsonNode get(String link, Optional<BmcCredentials> shownTo) throws IOException, InterruptedException {
        HttpRequest request = request(link, shownTo).GET().build();
        String what = shown("GET", link);
        HttpResponse<byte[]> answer = retry.call(what, this::mayPass, () -> exchange(request, what));
        try {
            JsonNode node = json.readTree(answer.body());
            if (!node.isObject()) {
                throw new IOException(what + ": the BMC's answer is no JSON object");
            }
            return node;
        } catch (JacksonException e) {
            throw new IOException(what + ": the BMC's answer is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private HttpResponse<byte[]> send(String method, String link, Map<String, ?> content)
            throws IOException, InterruptedException {
        HttpRequest request = request(link, Optional.of(credentials))
                .method(method, BodyPublishers.ofByteArray(json.writeValueAsBytes(content)))
                .header("Content-Type", "application/json")
                .build();
        return exchange(request, shown(method, link));
    }

    private HttpRequest.Builder request(String link, Optional<BmcCredentials> shownTo) throws IOException {
        URI address;
        try {
            address = base.resolve(link);
        } catch (IllegalArgumentException e) {
            throw new IOException(base + " names something that is no address: " + link, e);
        }
        if (!WebClient.isSameServer(base, address)) {
            throw new IOException(base + " names a resource of another server, which is not given the password: "
                    + WebClient.shown(address));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(address).header("Accept", "application/json");
        shownTo.ifPresent(who -> request.header("Authorization", who.header()));
        return request;
    }

    private HttpResponse<byte[]> exchange(HttpRequest request, String what) throws IOException, InterruptedException {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (left.isNegative()) {
            throw new HttpTimeoutException(what + ": not asked, as the BMC took all of the " + deadline.toSeconds()
                    + " s it had for everything");
        }
        HttpResponse<byte[]> answer;
        try {
            answer = web.send(
                    request, ShortBody.of(MOST_BYTES), left.compareTo(CALL_DEADLINE) < 0 ? left : CALL_DEADLINE, what);
        } catch (IOException e) {
            throw explained(e);
        }
        if (answer.statusCode() / 100 != 2) {
            throw new RedfishException(
                    what,
                    answer.statusCode(),
                    new String(answer.body(), StandardCharsets.UTF_8),
                    hint(answer.statusCode()));
        }
        return answer;
    }

    private String hint(int status) {
        return switch (status) {
            case UNAUTHORIZED ->
                "the BMC does not accept user " + credentials.user()
                        + " with the password in etcd; see `neco bmc config set ipmi-user` and `ipmi-password`";
            case FORBIDDEN -> "user " + credentials.user() + " may not do that on the BMC";
            default -> "";
        };
    }

    private static IOException explained(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return new IOException(
                        e.getMessage() + "; the BMC's certificate is not accepted, or it does not speak TLS: the CA"
                                + " for BMCs is in /etc/neco/bmc-ca.crt or given by --bmc-ca",
                        e);
            }
        }
        return e;
    }

    private boolean mayPass(IOException error) {
        if (end - System.nanoTime() < LONGEST_PAUSE.toNanos() || error instanceof HttpTimeoutException) {
            return false;
        }
        if (error instanceof RedfishException refusal) {
            return refusal.status() >= 500 || refusal.status() == 408 || refusal.status() == 429;
        }
        return Retry.isTransient(error);
    }

    private String shown(String method, String link) {
        return method + " " + base + link;
    }
}
