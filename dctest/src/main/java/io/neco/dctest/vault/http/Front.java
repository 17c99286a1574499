package io.neco.dctest.vault.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.neco.dctest.storage.StorageException;
import io.neco.dctest.vault.client.ApiClient;
import io.neco.dctest.vault.core.ActiveNode;
import io.neco.dctest.vault.core.Core;
import io.neco.dctest.vault.engine.ApiException;
import io.neco.dctest.vault.engine.Operation;
import io.neco.dctest.vault.engine.Reply;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Answers every request: status paths at once, the rest on the active server. A standby forwards to the active server,
 * or redirects when the client does not want that or when forwarding fails.
 */
public final class Front implements HttpHandler {
    /** Parts of {@code sys/} whose answers carry their data at the top level too. */
    private static final List<String> FLAT =
            List.of("sys/mounts", "sys/auth", "sys/audit", "sys/policy", "sys/capabilities", "sys/capabilities-self");

    private static final Set<String> NOT_FORWARDED =
            Set.of("host", "connection", "content-length", "transfer-encoding", "accept-encoding", "expect");

    private final Core core;
    private final StatusPaths status;
    private final ApiClient client;
    private final Consumer<String> log;

    /**
     * @param client for forwarding to the active server
     * @param log takes lines for the operator, without secrets
     */
    public Front(Core core, ApiClient client, Consumer<String> log) {
        this.core = core;
        this.status = new StatusPaths(core);
        this.client = client;
        this.log = log;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange).send(exchange);
        }
    }

    private HttpReply answer(HttpExchange exchange) throws IOException {
        try {
            return answer(HttpRequest.read(exchange));
        } catch (ApiException e) {
            return HttpReply.errors(e.status(), e.errors());
        } catch (IllegalArgumentException e) {
            return HttpReply.errors(400, List.of(String.valueOf(e.getMessage())));
        } catch (StorageException e) {
            log.accept("[ERROR] core: " + exchange.getRequestMethod() + " "
                    + exchange.getRequestURI().getPath() + ": " + e.getMessage());
            return HttpReply.errors(500, List.of("storage: " + e.getMessage()));
        } catch (RuntimeException e) {
            log.accept("[ERROR] core: " + exchange.getRequestMethod() + " "
                    + exchange.getRequestURI().getPath() + ": " + e);
            return HttpReply.errors(500, List.of("internal error"));
        }
    }

    private HttpReply answer(HttpRequest request) {
        if (status.handles(request)) {
            return status.handle(request);
        }
        if (core.isSealed()) {
            throw ApiException.sealed();
        }
        Optional<ActiveNode> active = core.active();
        if (active.isPresent()) {
            return serve(active.get(), request);
        }
        if (request.path().equals("sys/seal")) {
            return HttpReply.errors(500, List.of("vault cannot seal when in standby mode; please restart instead"));
        }
        return standBy(request);
    }

    private HttpReply serve(ActiveNode active, HttpRequest request) {
        Operation operation = switch (request.method()) {
            case "GET" -> "true".equals(request.query().get("list")) ? Operation.LIST : Operation.READ;
            case "LIST" -> Operation.LIST;
            case "PUT", "POST" -> Operation.UPDATE;
            case "DELETE" -> Operation.DELETE;
            default -> throw new ApiException(405, List.of());
        };
        Map<String, Object> data = operation == Operation.UPDATE ? request.json() : request.query();
        String id = UUID.randomUUID().toString();
        Reply reply = active.handle(
                new ActiveNode.Call(id, operation, request.path(), data, request.token(), request.remoteAddress()));
        if (request.path().equals("sys/seal")) {
            core.seal();
        } else if (request.path().equals("sys/step-down")) {
            core.stepDown();
        }
        return render(id, request.path(), reply);
    }

    private static HttpReply render(String id, String path, Reply reply) {
        if (reply.raw().isPresent()) {
            return new HttpReply(
                    reply.status(),
                    reply.raw().get().contentType(),
                    reply.raw().get().body(),
                    Map.of());
        }
        if (reply.status() == 204) {
            return HttpReply.empty(204);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("request_id", id);
        body.put("lease_id", "");
        body.put("renewable", false);
        body.put("lease_duration", reply.leaseSeconds());
        body.put("data", reply.data().map(TreeMap::new).orElse(null));
        body.put("wrap_info", null);
        body.put("warnings", reply.warnings().isEmpty() ? null : reply.warnings());
        body.put("auth", reply.auth().orElse(null));
        if (FLAT.stream().anyMatch(flat -> path.equals(flat) || path.startsWith(flat + "/"))) {
            reply.data().ifPresent(body::putAll);
        }
        return HttpReply.json(reply.status(), body);
    }

    private HttpReply standBy(HttpRequest request) {
        String leader = core.leader()
                .map(Core.Leader::apiAddress)
                .filter(address -> !address.equals(core.config().apiAddress()))
                .orElse("");
        if (leader.isEmpty() || request.forwarded()) {
            return HttpReply.errors(500, List.of("local node not active but active cluster node not found"));
        }
        URI target = URI.create(leader + request.target());
        if (!request.noForwarding()) {
            try {
                return forward(request, target);
            } catch (IOException e) {
                log.accept("[WARN]  core: forwarding to " + leader + " failed, redirecting: " + e.getMessage());
            }
        }
        return new HttpReply(307, "", new byte[0], Map.of("Location", target.toString()));
    }

    private HttpReply forward(HttpRequest request, URI target) throws IOException {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        request.headers().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                headers.put(name, values);
            }
        });
        headers.put(HttpRequest.FORWARDED_BY, List.of("1"));
        ApiClient.Answer answer = client.send(request.method(), target, headers, request.body());
        return new HttpReply(answer.status(), answer.contentType(), answer.body(), Map.of());
    }
}
