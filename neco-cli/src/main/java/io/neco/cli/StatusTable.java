package io.neco.cli;

import io.neco.time.GoDuration;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The status as a table for people, also used to show it live. */
final class StatusTable {
    private static final String[] HEADER = {"BOOT SERVER", "STEP", "CONDITION", "REMARK"};

    private StatusTable() {}

    /** @param now to tell how long the update has been going on */
    static String of(StatusView view, Instant now) {
        StringBuilder text = new StringBuilder();
        if (view.request().isPresent()) {
            UpdateRequest request = view.request().get();
            text.append("Update to ")
                    .append(request.version())
                    .append(": ")
                    .append(view.state().text());
            if (view.state() == UpdateState.RUNNING) {
                Duration since = Duration.between(request.startedAt().toInstant(), now);
                text.append(" for ").append(GoDuration.format(Duration.ofSeconds(Math.max(0, since.toSeconds()))));
            }
            text.append('\n');
        } else {
            text.append("Update: clear\n");
        }
        List<String[]> rows = new ArrayList<>();
        rows.add(HEADER);
        TreeSet<Integer> servers = new TreeSet<>(view.bootServers());
        view.request().ifPresent(request -> servers.addAll(request.servers()));
        servers.addAll(view.reports().keySet());
        servers.forEach(lrn -> rows.add(row(view, lrn)));
        text.append(TextTable.of(rows));
        if (view.state() != UpdateState.CLEAR) {
            text.append(view.activity()).append('\n');
        }
        return text.toString();
    }

    private static String[] row(StatusView view, int lrn) {
        UpdateStatus status = view.reports().get(lrn);
        boolean isMember = view.request().map(r -> r.isMember(lrn)).orElse(true);
        List<String> remarks = new ArrayList<>();
        if (!isMember) {
            remarks.add("not a member of this update");
        }
        String waited = view.waitedFor().get(lrn);
        if (waited != null) {
            remarks.add("waited for");
        }
        if (status != null && !status.message().isEmpty()) {
            remarks.add(status.message().replace('\n', ' '));
        }
        return new String[] {
            String.valueOf(lrn),
            status == null ? "-" : String.valueOf(status.step()),
            status == null ? "-" : status.condition().text(),
            String.join("; ", remarks)
        };
    }
}
