package io.neco.sabakan;

import io.neco.json.GoJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Users and groups of a template, with members in the order, and left out, as Go does it.
 *
 * <p>Source: the section {@code passwd} of the Ignition specification 2.2,
 * https://coreos.github.io/ignition/configuration-v2_2/.
 */
final class IgnitionPasswd {
    /** What a member is. */
    private enum Kind {
        /** Left out when empty. */
        TEXT,
        /** Written always. */
        NAME,
        /** Left out when it is missing only. */
        TEXT_OR_NONE,
        /** Left out when it is missing only. */
        NUMBER_OR_NONE,
        /** Left out when false. */
        FLAG,
        /** Left out when empty. */
        TEXTS,
        /** The deprecated way to create a user. */
        CREATE
    }

    private static final Map<String, Kind> GROUP =
            ordered("gid", Kind.NUMBER_OR_NONE, "name", Kind.NAME, "passwordHash", Kind.TEXT, "system", Kind.FLAG);
    private static final Map<String, Kind> USER = ordered(
            "create",
            Kind.CREATE,
            "gecos",
            Kind.TEXT,
            "groups",
            Kind.TEXTS,
            "homeDir",
            Kind.TEXT,
            "name",
            Kind.NAME,
            "noCreateHome",
            Kind.FLAG,
            "noLogInit",
            Kind.FLAG,
            "noUserGroup",
            Kind.FLAG,
            "passwordHash",
            Kind.TEXT_OR_NONE,
            "primaryGroup",
            Kind.TEXT,
            "sshAuthorizedKeys",
            Kind.TEXTS,
            "shell",
            Kind.TEXT,
            "system",
            Kind.FLAG,
            "uid",
            Kind.NUMBER_OR_NONE);
    private static final Map<String, Kind> CREATE = ordered(
            "gecos",
            Kind.TEXT,
            "groups",
            Kind.TEXTS,
            "homeDir",
            Kind.TEXT,
            "noCreateHome",
            Kind.FLAG,
            "noLogInit",
            Kind.FLAG,
            "noUserGroup",
            Kind.FLAG,
            "primaryGroup",
            Kind.TEXT,
            "shell",
            Kind.TEXT,
            "system",
            Kind.FLAG,
            "uid",
            Kind.NUMBER_OR_NONE);

    private IgnitionPasswd() {}

    /** Reads a YAML file. */
    static GoJson.Obj read(Path file) throws IgnitionException {
        Object document = IgnitionSource.readYaml(file, "passwd");
        if (document == null) {
            return GoJson.Obj.empty();
        }
        if (!(document instanceof Map<?, ?> map)) {
            throw new IgnitionException("invalid passwd YAML: " + file + ": it must be a mapping of groups and users");
        }
        Members members = new Members(file.toString(), map);
        members.allow(Set.of("groups", "users"));
        GoJson.Obj passwd = GoJson.Obj.empty();
        for (String section : List.of("groups", "users")) {
            List<GoJson.Obj> entries = new ArrayList<>();
            for (Members entry : members.entries(section)) {
                entries.add(entry(entry, section.equals("users") ? USER : GROUP));
            }
            if (!entries.isEmpty()) {
                passwd = passwd.with(section, entries);
            }
        }
        return passwd;
    }

    private static GoJson.Obj entry(Members members, Map<String, Kind> kinds) throws IgnitionException {
        members.allow(kinds.keySet());
        GoJson.Obj entry = GoJson.Obj.empty();
        for (Map.Entry<String, Kind> member : kinds.entrySet()) {
            String name = member.getKey();
            Object value = value(members, name, member.getValue());
            if (value != null) {
                entry = entry.with(name, value);
            }
        }
        return entry;
    }

    /** A member's value; null: it is left out. */
    private static @Nullable Object value(Members members, String name, Kind kind) throws IgnitionException {
        switch (kind) {
            case TEXT -> {
                return members.text(name).orElse(null);
            }
            case NAME -> {
                return members.required(name);
            }
            case TEXT_OR_NONE -> {
                return members.map().get(name) == null
                        ? null
                        : members.text(name).orElse("");
            }
            case NUMBER_OR_NONE -> {
                return members.number(name).orElse(null);
            }
            case FLAG -> {
                return members.flag(name) ? Boolean.TRUE : null;
            }
            case TEXTS -> {
                List<String> texts = members.texts(name);
                return texts.isEmpty() ? null : texts;
            }
            case CREATE -> {
                Object value = members.map().get(name);
                if (value == null) {
                    return null;
                }
                if (!(value instanceof Map<?, ?> create)) {
                    throw new IgnitionException(name + " in " + members.where() + " must be a mapping");
                }
                return entry(new Members(members.where(), create), CREATE);
            }
        }
        throw new IllegalStateException("unknown kind " + kind);
    }

    private static Map<String, Kind> ordered(Object... pairs) {
        Map<String, Kind> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], (Kind) pairs[i + 1]);
        }
        return map;
    }
}
