package io.neco.sabakan;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.http.Retry;
import io.neco.http.Upload;
import io.neco.http.WebClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * sabakan's REST API, as far as Neco uses it. Every call has a deadline and throws {@link SabakanException} when sabakan refuses it; nothing
 * is repeated here, see {@link #isTransient}. Thread-safe.
 *
 * <p>Source: https://github.com/cybozu-go/sabakan/blob/v2.13.0/docs/api.md.
 */
public final class SabakanClient {
    /** Where sabakan of this boot server answers. */
    public static final URI LOCAL = URI.create("http://127.0.0.1:10080");

    /** The only operating system sabakan serves; Flatcar goes by the name of its ancestor. */
    public static final String COREOS = "coreos";

    /** The largest template sabakan takes, in bytes. */
    public static final int MOST_TEMPLATE_BYTES = 2 * 1024 * 1024;

    private static final Duration READ_DEADLINE = Duration.ofSeconds(30);
    private static final Duration WRITE_DEADLINE = Duration.ofSeconds(60);
    private static final Duration UPLOAD_STALL = Duration.ofMinutes(2);
    private static final Duration UPLOAD_DEADLINE = Duration.ofHours(1);

    private static final int ERROR = 400;
    private static final int SERVER_ERROR = 500;

    private final WebClient web;
    private final URI base;
    private final String user;
    private final Duration uploadStall;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * The client of this boot server's sabakan.
     *
     * @param local a client that uses no proxy; whoever gave it closes it
     * @param user who asks, for sabakan's log: the operating system's user
     */
    public SabakanClient(WebClient local, String user) {
        this(local, LOCAL, user, UPLOAD_STALL);
    }

    /**
     * The client of any sabakan.
     *
     * @param base its address, without a trailing slash
     * @param uploadStall how long to wait when an upload does not get on
     */
    public SabakanClient(WebClient web, URI base, String user, Duration uploadStall) {
        this.web = web;
        this.base = base;
        this.user = user;
        this.uploadStall = uploadStall;
    }

    // ---- operating system images

    /** The images of an operating system, oldest first. */
    public List<OsImageEntry> images(String os) throws IOException, InterruptedException {
        List<OsImageEntry> entries = new ArrayList<>();
        for (JsonNode node : getJson("images", os)) {
            entries.add(new OsImageEntry(
                    node.path("id").asText(),
                    node.path("size").asLong(),
                    node.path("exists").asBoolean()));
        }
        return entries;
    }

    /**
     * Uploads an image as one streamed request.
     *
     * @param id its version; sabakan refuses one it has already
     * @param progress told how many bytes were sent so far
     */
    public void uploadImage(String os, String id, Path kernel, Path initrd, LongConsumer progress)
            throws IOException, InterruptedException {
        Upload archive = new Upload(BootArchive.parts(kernel, initrd), progress);
        upload(request("images", os, id).PUT(BodyPublishers.noBody()).build(), archive);
    }

    // ---- assets

    /** What is known of an asset; empty when there is none of that name. */
    public Optional<AssetMeta> assetMeta(String name) throws IOException, InterruptedException {
        JsonNode node;
        try {
            node = getJson("assets", name, "meta");
        } catch (SabakanException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(new AssetMeta(
                node.path("name").asText(),
                node.path("id").asText(),
                node.path("content-type").asText(),
                node.path("size").asLong(),
                node.path("sha256").asText(),
                node.path("exists").asBoolean()));
    }

    /**
     * Uploads a file as an asset; it replaces the one of that name.
     *
     * @param progress told how many bytes were sent so far
     */
    public AssetStatus uploadAsset(String name, Path file, LongConsumer progress)
            throws IOException, InterruptedException {
        Upload body = new Upload(List.of(new Upload.Part.OfFile(file, Files.size(file))), progress);
        HttpRequest request = request("assets", name)
                .PUT(BodyPublishers.noBody())
                .header("Content-Type", ContentType.of(file))
                // sabakan answers before gigabytes are sent in vain
                .expectContinue(true)
                .build();
        JsonNode answer = parse(request, upload(request, body));
        return new AssetStatus(answer.path("status").asInt(), answer.path("id").asText());
    }

    /** The address an asset has for whoever reaches this sabakan by the address the client was given. */
    public URI assetAddress(String name) {
        return address("assets", name);
    }

    // ---- ignition templates

    /** The templates of a role, oldest first. */
    public List<String> ignitionIds(String role) throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        getJson("ignitions", role).forEach(id -> ids.add(id.asText()));
        return ids;
    }

    /**
     * Uploads a template.
     *
     * @param id its version
     * @param meta what its directives may ask for, by name: texts and lists of texts
     * @throws SabakanException with {@link SabakanException#isConflict} when the role has a template of that version already
     */
    public void putIgnition(String role, String id, IgnitionTemplate template, Map<String, ?> meta)
            throws IOException, InterruptedException {
        String body = template.request(meta);
        int size = body.getBytes(StandardCharsets.UTF_8).length;
        if (size > MOST_TEMPLATE_BYTES) {
            throw new IgnitionException("the ignition template " + id + " of role " + role + " with its metadata has "
                    + size + " bytes, but sabakan takes at most " + MOST_TEMPLATE_BYTES
                    + " (2 MiB); serve large files as assets instead");
        }
        put(body + "\n", "ignitions", role, id);
    }

    // ---- machines

    /**
     * The machines that match.
     *
     * @param query conditions as sabakan names them, e.g. {@code rack} and {@code role}; none: all machines
     * @throws SabakanException with {@link SabakanException#isNotFound} when none matches
     */
    public List<Machine> machines(Map<String, String> query) throws IOException, InterruptedException {
        List<Machine> machines = new ArrayList<>();
        for (JsonNode node : machineDocuments(query)) {
            machines.add(machine(node));
        }
        return machines;
    }

    /**
     * How the management controller of a machine is to be configured, as JSON in one line: sabakan's {@code info.bmc}.
     *
     * @param serial of the machine
     * @throws SabakanException with {@link SabakanException#isNotFound} when sabakan does not know it
     */
    public String bmcInfo(String serial) throws IOException, InterruptedException {
        JsonNode info =
                machineDocuments(Map.of("serial", serial)).path(0).path("info").path("bmc");
        if (!info.isObject()) {
            throw new IOException("sabakan's answer about machine " + serial + " has no info.bmc");
        }
        return info.toString();
    }

    private JsonNode machineDocuments(Map<String, String> query) throws IOException, InterruptedException {
        StringBuilder address = new StringBuilder(address("machines").toString());
        char before = '?';
        for (Map.Entry<String, String> condition : new TreeMap<>(query).entrySet()) {
            address.append(before)
                    .append(encoded(condition.getKey()))
                    .append('=')
                    .append(encoded(condition.getValue()));
            before = '&';
        }
        HttpRequest request = request(URI.create(address.toString())).GET().build();
        return parse(request, exchange(request, READ_DEADLINE));
    }

    private static Machine machine(JsonNode node) {
        JsonNode spec = node.path("spec");
        Map<String, String> labels = new LinkedHashMap<>();
        spec.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return new Machine(
                spec.path("serial").asText(),
                labels,
                spec.path("rack").asInt(),
                spec.path("index-in-rack").asInt(),
                spec.path("role").asText(),
                texts(spec.path("ipv4")),
                texts(spec.path("ipv6")),
                spec.path("bmc").path("type").asText(),
                spec.path("bmc").path("ipv4").asText(),
                node.path("status").path("state").asText());
    }

    /** Changes or adds a label of a machine. */
    public void putLabel(String serial, String label, String value) throws IOException, InterruptedException {
        put(value, "labels", serial, label);
    }

    /** Removes a label of a machine. */
    public void deleteLabel(String serial, String label) throws IOException, InterruptedException {
        exchange(request("labels", serial, label).DELETE().build(), WRITE_DEADLINE);
    }

    /** Changes where a machine stands in its life, e.g. {@code retiring}. */
    public void putState(String serial, String state) throws IOException, InterruptedException {
        put(state, "state", serial);
    }

    /**
     * Deletes the disk encryption keys of a machine, which must be retiring; a machine without keys is no error.
     *
     * @param serial of the machine
     */
    public void deleteCrypts(String serial) throws IOException, InterruptedException {
        exchange(request("crypts", serial).DELETE().build(), WRITE_DEADLINE);
    }

    // ---- configuration

    /** Sets how addresses are given to nodes. */
    public void setDhcp(DhcpConfig config) throws IOException, InterruptedException {
        put(config.toJson() + "\n", "config", "dhcp");
    }

    /** How addresses are given to nodes; empty when it was never set. */
    public Optional<DhcpConfig> dhcp() throws IOException, InterruptedException {
        return text("config", "dhcp").map(DhcpConfig::parse);
    }

    /** How addresses are planned, as JSON; empty when it was never set. */
    public Optional<String> ipam() throws IOException, InterruptedException {
        return text("config", "ipam");
    }

    /** Sets how addresses are planned; possible only while there is no machine. */
    public void setIpam(String configJson) throws IOException, InterruptedException {
        put(configJson, "config", "ipam");
    }

    /** Kernel parameters nodes boot with; empty when they were never set. */
    public Optional<String> kernelParameters(String os) throws IOException, InterruptedException {
        return text("kernel_params", os);
    }

    /** Sets the kernel parameters nodes boot with. */
    public void setKernelParameters(String os, String parameters) throws IOException, InterruptedException {
        put(parameters, "kernel_params", os);
    }

    // ---- HTTP

    /** Whether sabakan answers at all, whatever it says. */
    public boolean answers(Duration deadline) throws InterruptedException {
        try {
            web.send(HttpRequest.newBuilder(base.resolve("/")).GET().build(), BodyHandlers.ofByteArray(), deadline);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a failure may pass by itself: sabakan is down, restarts, or is broken for a moment. A refusal does not pass. */
    public static boolean isTransient(IOException error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof SabakanException refusal) {
                return refusal.status() >= SERVER_ERROR || refusal.status() == 408 || refusal.status() == 429;
            }
            if (e instanceof IgnitionException) {
                return false;
            }
        }
        return Retry.isTransient(error);
    }

    private Optional<String> text(String... path) throws IOException, InterruptedException {
        try {
            return Optional.of(
                    new String(exchange(request(path).GET().build(), READ_DEADLINE), StandardCharsets.UTF_8));
        } catch (SabakanException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private JsonNode getJson(String... path) throws IOException, InterruptedException {
        HttpRequest request = request(path).GET().build();
        return parse(request, exchange(request, READ_DEADLINE));
    }

    private void put(String body, String... path) throws IOException, InterruptedException {
        BodyPublisher publisher = BodyPublishers.ofString(body, StandardCharsets.UTF_8);
        exchange(request(path).PUT(publisher).build(), WRITE_DEADLINE);
    }

    private HttpRequest.Builder request(String... path) {
        return request(address(path));
    }

    private HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address).header("X-Sabakan-User", user);
    }

    private URI address(String... path) {
        StringBuilder address = new StringBuilder(base.toString()).append("/api/v1");
        for (String word : path) {
            address.append('/').append(encoded(word).replace("+", "%20"));
        }
        return URI.create(address.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private byte[] exchange(HttpRequest request, Duration deadline) throws IOException, InterruptedException {
        try {
            return checked(request, web.send(request, BodyHandlers.ofByteArray(), deadline));
        } catch (IOException e) {
            throw explained(e);
        }
    }

    private byte[] upload(HttpRequest request, Upload body) throws IOException, InterruptedException {
        try {
            return checked(request, web.upload(request, body, uploadStall, UPLOAD_DEADLINE));
        } catch (IOException e) {
            throw explained(e);
        }
    }

    private static IOException explained(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return new IOException(
                        e.getMessage() + "; is sabakan up? See `systemctl status sabakan` on this server", e);
            }
        }
        return e;
    }

    private byte[] checked(HttpRequest request, HttpResponse<byte[]> answer) throws SabakanException {
        if (answer.statusCode() < ERROR) {
            return answer.body();
        }
        throw new SabakanException(shown(request), answer.statusCode(), reason(answer.body()));
    }

    private String reason(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        try {
            JsonNode error = json.readTree(text).path("error");
            return error.isTextual() ? error.asText() : text;
        } catch (JacksonException e) {
            return text;
        }
    }

    private JsonNode parse(HttpRequest request, byte @Nullable [] body) throws IOException {
        try {
            return json.readTree(body);
        } catch (JacksonException e) {
            throw new IOException(shown(request) + ": sabakan's answer is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String shown(HttpRequest request) {
        return request.method() + " " + WebClient.shown(request.uri());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
