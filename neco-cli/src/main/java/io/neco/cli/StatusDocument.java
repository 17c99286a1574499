package io.neco.cli;

import io.neco.time.GoTime;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The status for programs: one document, as JSON or YAML; its members are listed in docs/neco.md. */
final class StatusDocument {
    private StatusDocument() {}

    static String json(StatusView view, CertificateReport expiring) {
        return json(view, expiring, 0);
    }

    /** The same in one line, for a stream of them. */
    static String jsonLine(StatusView view, CertificateReport expiring) {
        return json(view, expiring, PlainJson.ONE_LINE);
    }

    private static String json(StatusView view, CertificateReport expiring, int depth) {
        StringBuilder out = new StringBuilder();
        PlainJson.write(out, document(view, expiring), depth);
        return out.append('\n').toString();
    }

    /** The same document; JSON strings and numbers are valid YAML scalars. */
    static String yaml(StatusView view, CertificateReport expiring) {
        StringBuilder out = new StringBuilder();
        PlainYaml.write(out, document(view, expiring));
        return out.toString();
    }

    private static Map<String, Object> document(StatusView view, CertificateReport expiring) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("bootServers", view.bootServers().stream().sorted().toList());
        document.put("status", view.state().text());
        document.put("activity", view.activity());
        if (view.request().isPresent()) {
            UpdateRequest request = view.request().get();
            document.put("version", request.version());
            document.put("members", request.servers());
            document.put("stop", request.stop());
            document.put("startedAt", GoTime.format(request.startedAt()));
            List<Object> servers = new ArrayList<>();
            view.reports().forEach((lrn, status) -> servers.add(server(lrn, status, request)));
            document.put("servers", servers);
            List<Object> waitedFor = new ArrayList<>();
            view.waitedFor().forEach((lrn, why) -> {
                Map<String, Object> item = new LinkedHashMap<>();
                item.put("lrn", lrn);
                item.put("reason", why);
                waitedFor.add(item);
            });
            document.put("waitingFor", waitedFor);
        }
        if (!expiring.certificates().isEmpty()) {
            document.put("expiringCertificates", expiring.items());
        }
        return document;
    }

    private static Map<String, Object> server(int lrn, UpdateStatus status, UpdateRequest request) {
        Map<String, Object> server = new LinkedHashMap<>();
        server.put("lrn", lrn);
        server.put("member", request.isMember(lrn));
        server.put("step", status.step());
        server.put("condition", status.condition().text());
        server.put("message", status.message());
        return server;
    }
}
