package io.neco.cli;

import io.neco.time.GoTime;
import io.neco.update.UpdateRequest;
import java.util.List;
import java.util.stream.Collectors;

/** The reference's text, byte for byte: scripts grep it. Source: pkg/neco/cmd/status.go at 1eec387. */
final class StatusText {
    private StatusText() {}

    static String of(StatusView view) {
        StringBuilder text = new StringBuilder("Boot servers: ").append(list(view.bootServers()));
        text.append("\nUpdate process\n    status: ")
                .append(view.stateByReports().text())
                .append('\n');
        if (view.request().isEmpty()) {
            return text.toString();
        }
        UpdateRequest request = view.request().get();
        text.append("   version: ").append(request.version()).append('\n');
        text.append("   members: ").append(list(request.servers())).append('\n');
        text.append("   started: ")
                .append(GoTime.formatSeconds(request.startedAt()))
                .append('\n');
        view.reports().forEach((lrn, status) -> {
            text.append("\nBoot server ").append(lrn);
            text.append("\n    step: ").append(status.step());
            text.append("\n    condition: ").append(status.condition().text()).append('\n');
            if (!status.message().isEmpty()) {
                text.append("    message: ").append(status.message()).append('\n');
            }
        });
        return text.toString();
    }

    private static String list(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(" ", "[", "]"));
    }
}
