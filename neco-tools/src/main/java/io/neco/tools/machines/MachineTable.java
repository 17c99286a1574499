package io.neco.tools.machines;

import io.neco.tools.machines.CsvRecords.Row;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The table of machines, a head line and one line per machine, and what it means. Source: pkg/generate-sabakan-machines at 1eec387.
 *
 * @param file its name, for messages
 * @param machineTypes machine types by role
 * @param bmcType type of all BMCs
 */
record MachineTable(String file, Map<String, String> machineTypes, String bmcType) {
    private static final List<String> COLUMNS =
            List.of("datacenter", "logical rack", "physical rack", "serial", "product", "role", "support date");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu/M/dd").withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter RFC_3339 = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssX");
    /** Five years of 365 days, as machines in service have it. */
    private static final int DAYS_OF_SERVICE = 5 * 365;

    /**
     * The machines for {@code sabactl machines create}.
     *
     * @throws IllegalArgumentException when the table is wrong; the message names file, line, column and value
     */
    List<Map<String, Object>> machines(String text) {
        List<Row> rows;
        try {
            rows = CsvRecords.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
        List<Map<String, Object>> machines = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        for (Row row : rows.subList(Math.min(1, rows.size()), rows.size())) {
            Map<String, Object> machine = machine(row);
            String serial = field(row, 3);
            Integer before = lines.put(serial, row.line());
            if (before != null) {
                throw wrong(row, 3, "is also in line " + before + ": \"" + serial + "\"");
            }
            machines.add(machine);
        }
        return machines;
    }

    private Map<String, Object> machine(Row row) {
        if (row.fields().size() < COLUMNS.size()) {
            throw new IllegalArgumentException(
                    file + ": line " + row.line() + ": has " + row.fields().size() + " columns, but needs "
                            + COLUMNS.size() + ": " + String.join(", ", COLUMNS));
        }
        String role = field(row, 5);
        String type = machineTypes.get(role);
        if (type == null) {
            throw wrong(row, 5, "must be boot, cs or ss, but is \"" + role + "\"");
        }
        Map<String, Object> machine = new TreeMap<>();
        machine.put("serial", field(row, 3));
        machine.put(
                "labels",
                new TreeMap<>(Map.of("datacenter", field(row, 0), "machine-type", type, "product", field(row, 4))));
        machine.put("rack", rack(row));
        machine.put("role", role);
        machine.put("retire-date", retireDate(row));
        machine.put("bmc", Map.of("type", bmcType));
        return machine;
    }

    private int rack(Row row) {
        String text = field(row, 1);
        if (!text.matches("\\d{1,6}")) {
            throw wrong(row, 1, "must be a decimal number, but is \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

    private String retireDate(Row row) {
        String text = field(row, 6);
        try {
            LocalDate support = LocalDate.parse(text, DATE);
            return support.plusDays(DAYS_OF_SERVICE)
                    .atStartOfDay()
                    .atOffset(ZoneOffset.UTC)
                    .format(RFC_3339);
        } catch (DateTimeParseException e) {
            throw wrong(row, 6, "must be a date such as 2022/4/01, but is \"" + text + "\"");
        }
    }

    private String field(Row row, int column) {
        String text = row.fields().get(column).strip();
        if (text.isEmpty()) {
            throw wrong(row, column, "is empty");
        }
        return text;
    }

    private IllegalArgumentException wrong(Row row, int column, String message) {
        return new IllegalArgumentException(
                file + ": line " + row.line() + ": column " + COLUMNS.get(column) + " " + message);
    }
}
