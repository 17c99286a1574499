package io.neco.contents;

import java.util.ArrayList;
import java.util.List;

/** What was changed in sabakan so far; told by several threads. */
final class Changes {
    private final List<String> all = new ArrayList<>();

    synchronized void add(String what) {
        all.add(what);
    }

    synchronized List<String> all() {
        return all.stream().sorted().toList();
    }
}
