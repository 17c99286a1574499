package io.neco.dctest.vault.cli;

import io.neco.dctest.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The data of a write: {@code name=value}, {@code name=@file}, {@code name=-} for standard input, a bare {@code -} or
 * {@code @file} for a JSON object. A name that is repeated makes a list.
 */
final class KeyValues {
    private KeyValues() {}

    static Map<String, Object> parse(List<String> words, Surroundings surroundings) throws IOException, UsageException {
        Map<String, Object> data = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (word.equals("-")) {
                data.putAll(Json.parseObject(surroundings.stdin().readAllBytes()));
            } else if (word.startsWith("@") && equals < 0) {
                data.putAll(Json.parseObject(Files.readAllBytes(Path.of(word.substring(1)))));
            } else if (equals <= 0) {
                throw new UsageException("\"" + word + "\" is not of the form name=value");
            } else {
                add(data, word.substring(0, equals), value(word.substring(equals + 1), surroundings));
            }
        }
        return data;
    }

    private static String value(String text, Surroundings surroundings) throws IOException {
        if (text.equals("-")) {
            return new String(surroundings.stdin().readAllBytes(), StandardCharsets.UTF_8);
        }
        if (text.startsWith("@")) {
            return Files.readString(Path.of(text.substring(1)));
        }
        return text.startsWith("\\@") || text.startsWith("\\-") ? text.substring(1) : text;
    }

    private static void add(Map<String, Object> data, String name, String value) {
        Object before = data.get(name);
        if (before == null) {
            data.put(name, value);
            return;
        }
        List<Object> list = new ArrayList<>();
        if (before instanceof List<?> several) {
            list.addAll(several);
        } else {
            list.add(before);
        }
        list.add(value);
        data.put(name, list);
    }
}
