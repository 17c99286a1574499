package io.neco.dctest.sabakan;

import io.neco.dctest.json.Json;
import io.neco.dctest.storage.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** JSON documents as they are kept in the store. */
final class Documents {
    /** How many servers are named as sources of a file. */
    private static final int MAX_URLS = 10;

    private Documents() {}

    /** One object. */
    static Map<String, Object> object(byte[] text) {
        try {
            return Json.parseObject(text);
        } catch (IOException e) {
            throw new StorageException("an entry of the store is not a JSON object", e);
        }
    }

    /** A list of objects, empty for {@code null}. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> objects(byte[] text) {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Object item : list(text)) {
            if (item instanceof Map<?, ?> map) {
                objects.add((Map<String, Object>) map);
            }
        }
        return objects;
    }

    /** A list of texts, empty for {@code null}. */
    static List<String> texts(byte[] text) {
        return new ArrayList<>(list(text).stream().map(String::valueOf).toList());
    }

    private static List<?> list(byte[] text) {
        try {
            return Json.parse(text) instanceof List<?> list ? list : List.of();
        } catch (IOException e) {
            throw new StorageException("an entry of the store is not JSON", e);
        }
    }

    /** The sources of a file. */
    static List<String> urls(Map<String, Object> document) {
        return document.get("urls") instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** Names one more source; false if it is named already or enough are. */
    static boolean addUrl(Map<String, Object> document, String url) {
        List<String> urls = new ArrayList<>(urls(document));
        if (urls.contains(url) || urls.size() >= MAX_URLS) {
            return false;
        }
        urls.add(url);
        document.put("urls", urls);
        return true;
    }
}
