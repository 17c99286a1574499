package io.neco.dctest.sabakan;

import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import io.neco.dctest.storage.Entries;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The machines of the data centre. Source: sabakan v2.13.0, docs/api.md, docs/machine.md and docs/lifecycle.md. */
final class Machines {
    static final String PREFIX = "machines/";
    static final String KEYS_EXIST = "encryption key exists";
    private static final String INDICES = "node-indices/";
    private static final Pattern LABEL = Pattern.compile("[a-z0-9A-Z]([a-z0-9A-Z_.-]{0,61}[a-z0-9A-Z])?");
    private static final Pattern BMC_TYPE = Pattern.compile("[a-z0-9A-Z\\-_/.]+");
    private static final Map<String, List<String>> TRANSITIONS = Map.of(
            "uninitialized", List.of("healthy", "retiring"),
            "healthy", List.of("unhealthy", "unreachable", "updating", "retiring"),
            "unhealthy", List.of("healthy", "unreachable", "updating", "retiring"),
            "unreachable", List.of("healthy", "unhealthy", "updating", "retiring"),
            "updating", List.of("uninitialized"),
            "retiring", List.of("retired"),
            "retired", List.of("uninitialized"));

    private final Entries entries;
    private final Settings settings;
    private final Clock clock;

    Machines(Entries entries, Settings settings, Clock clock) {
        this.entries = entries;
        this.settings = settings;
        this.clock = clock;
    }

    /** Whether a text may be a role or the name of a label. */
    static boolean isName(String text) {
        return LABEL.matcher(text).matches();
    }

    static boolean isLabelValue(String text) {
        return text.isEmpty() || isName(text);
    }

    /**
     * The machines asked for, sorted by serial number.
     *
     * @throws ApiException 404 if there is none
     */
    List<Map<String, Object>> query(MachineQuery query) throws ApiException {
        List<Map<String, Object>> found = new ArrayList<>();
        for (Entries.Entry entry : entries.list(PREFIX)) {
            Map<String, Object> machine = Documents.object(entry.value());
            if (query.matches(machine)) {
                Map<String, Object> status =
                        new Fields(machine).object("status").values();
                Instant since = Instant.parse(String.valueOf(status.get("timestamp")));
                status.put("duration", Duration.between(since, clock.instant()).toMillis() / 1000.0);
                found.add(machine);
            }
        }
        if (found.isEmpty()) {
            throw ApiException.notFound();
        }
        return found;
    }

    /**
     * Enters new machines, all or none, and gives them places and addresses.
     *
     * @throws ApiException 400 for bad values, 409 if a serial number or a rack's boot server is there already, 500 if
     *     a rack is full or addresses cannot be assigned yet
     */
    void register(List<Map<String, Object>> given) throws ApiException {
        for (Map<String, Object> spec : given) {
            check(new Fields(spec));
        }
        Ipam ipam = settings.ipam();
        while (true) {
            Map<String, Long> seen = new HashMap<>();
            Map<Long, List<Long>> racks = new TreeMap<>();
            Map<String, byte[]> puts = new LinkedHashMap<>();
            for (Map<String, Object> spec : given) {
                Fields fields = new Fields(spec);
                String key = PREFIX + fields.text("serial");
                if (entries.get(key).isPresent() || puts.containsKey(key)) {
                    throw ApiException.conflict();
                }
                seen.put(key, Entries.ABSENT);
                long rack = fields.number("rack", 0);
                List<Long> used = racks.get(rack);
                if (used == null) {
                    used = usedIndices(rack, seen);
                    racks.put(rack, used);
                }
                long index = freeIndex(fields.text("role"), used, ipam);
                used.add(index);
                puts.put(key, Json.bytes(machine(fields, rack, index, ipam)));
            }
            racks.forEach((rack, used) -> puts.put(INDICES + rack, Json.bytes(used)));
            if (entries.commit(seen, puts, Set.of())) {
                return;
            }
        }
    }

    private static void check(Fields spec) throws ApiException {
        if (spec.text("serial").isEmpty()) {
            throw ApiException.badRequest("serial is empty");
        }
        if (!isName(spec.text("role"))) {
            throw ApiException.badRequest("invalid role");
        }
        for (Map.Entry<String, Object> label : spec.object("labels").values().entrySet()) {
            if (!isName(label.getKey()) || !isLabelValue(String.valueOf(label.getValue()))) {
                throw ApiException.badRequest("labels contain invalid character");
            }
        }
        String type = spec.object("bmc").text("type");
        if (type.isEmpty()) {
            throw ApiException.badRequest("BMC type is empty");
        }
        if (!BMC_TYPE.matcher(type).matches()) {
            throw ApiException.badRequest("BMC type contains invalid character");
        }
    }

    private List<Long> usedIndices(long rack, Map<String, Long> seen) {
        Optional<Entries.Entry> entry = entries.get(INDICES + rack);
        seen.put(INDICES + rack, entry.map(Entries.Entry::revision).orElse(Entries.ABSENT));
        List<Long> used = new ArrayList<>();
        entry.ifPresent(e -> Documents.texts(e.value()).forEach(index -> used.add(Long.parseLong(index))));
        return used;
    }

    /** The boot server comes first in a rack, then the others. */
    private static long freeIndex(String role, List<Long> used, Ipam ipam) throws ApiException {
        long first = ipam.indexOffset();
        if (role.equals("boot")) {
            if (used.contains(first)) {
                throw ApiException.conflict();
            }
            return first;
        }
        for (long index = first + 1; index <= first + ipam.maxNodesInRack(); index++) {
            if (!used.contains(index)) {
                return index;
            }
        }
        throw ApiException.internal("no node index is available for new machine");
    }

    private Map<String, Object> machine(Fields given, long rack, long index, Ipam ipam) {
        String now = clock.instant().toString();
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("serial", given.text("serial"));
        spec.put("labels", given.object("labels").values());
        spec.put("rack", rack);
        spec.put("index-in-rack", index);
        spec.put("role", given.text("role"));
        spec.put("ipv4", null);
        spec.put("ipv6", null);
        spec.put("register-date", now);
        spec.put("retire-date", given.text("retire-date").isEmpty() ? now : given.text("retire-date"));
        spec.put("bmc", given.object("bmc").values());
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("timestamp", now);
        status.put("duration", 0L);
        status.put("state", "uninitialized");
        Map<String, Object> info = new LinkedHashMap<>();
        ipam.assign(spec, info, rack, index);
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("spec", spec);
        machine.put("status", status);
        machine.put("info", info);
        return machine;
    }

    private Entries.Entry find(String serial) throws ApiException {
        return entries.get(PREFIX + serial).orElseThrow(ApiException::notFound);
    }

    /** A change of one machine. */
    private interface Change {
        void apply(Fields machine) throws ApiException;
    }

    private void change(String serial, Change change) throws ApiException {
        while (true) {
            Entries.Entry entry = find(serial);
            Map<String, Object> machine = Documents.object(entry.value());
            change.apply(new Fields(machine));
            if (entries.commit(
                    Map.of(entry.key(), entry.revision()), Map.of(entry.key(), Json.bytes(machine)), Set.of())) {
                return;
            }
        }
    }

    String state(String serial) throws ApiException {
        return new Fields(Documents.object(find(serial).value()))
                .object("status")
                .text("state");
    }

    /**
     * Changes a machine's state.
     *
     * @throws ApiException 400 for a word that is no state, 404 for an unknown machine, 500 if that change is not
     *     allowed, or the machine is to be retired while its disks can still be read
     */
    void setState(String serial, String state) throws ApiException {
        if (!TRANSITIONS.containsKey(state)) {
            throw ApiException.badRequest("invalid state: " + state);
        }
        change(serial, machine -> {
            Map<String, Object> status = machine.object("status").values();
            String now = String.valueOf(status.get("state"));
            if (now.equals(state)) {
                return;
            }
            if (!TRANSITIONS.getOrDefault(now, List.of()).contains(state)) {
                throw ApiException.internal("transition from [ " + now + " ] to [ " + state + " ] is forbidden");
            }
            if (state.equals("retired") && Crypts.exist(entries, serial)) {
                throw ApiException.internal(KEYS_EXIST);
            }
            status.put("state", state);
            status.put("timestamp", clock.instant().toString());
        });
    }

    void putLabel(String serial, String label, String value) throws ApiException {
        change(
                serial,
                machine -> machine.object("spec").object("labels").values().put(label, value));
    }

    void deleteLabel(String serial, String label) throws ApiException {
        change(serial, machine -> {
            if (machine.object("spec").object("labels").values().remove(label) == null) {
                throw ApiException.notFound();
            }
        });
    }

    void setRetireDate(String serial, String date) throws ApiException {
        change(serial, machine -> machine.object("spec").values().put("retire-date", date));
    }

    /**
     * Forgets a retired machine, and frees its place.
     *
     * @throws ApiException 404 for an unknown machine, 500 for one that is not retired
     */
    void delete(String serial) throws ApiException {
        while (true) {
            Entries.Entry entry = find(serial);
            Fields machine = new Fields(Documents.object(entry.value()));
            if (!machine.object("status").text("state").equals("retired")) {
                throw ApiException.internal("non-retired machine cannot be deleted");
            }
            Fields spec = machine.object("spec");
            Map<String, Long> seen = new HashMap<>(Map.of(entry.key(), entry.revision()));
            List<Long> used = usedIndices(spec.number("rack", 0), seen);
            used.remove(spec.number("index-in-rack", 0));
            Map<String, byte[]> puts = Map.of(INDICES + spec.text("rack"), Json.bytes(used));
            if (entries.commit(seen, puts, Set.of(entry.key()))) {
                return;
            }
        }
    }
}
