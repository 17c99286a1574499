package io.neco.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened in a simulation, for people to read; kept only when it is on. */
final class Trace {
    private final Timeline timeline;
    private final List<String> lines = new ArrayList<>();
    private final boolean isOn;

    Trace(Timeline timeline, boolean isOn) {
        this.timeline = timeline;
        this.isOn = isOn;
    }

    /** Whether it is worth making a line. */
    boolean isOn() {
        return isOn;
    }

    /** Adds a line. */
    void say(String who, String what) {
        if (isOn) {
            lines.add(String.format(Locale.ROOT, "%10.3f  %-10s %s", timeline.now() / 1000.0, who, what));
        }
    }

    /** All lines. */
    List<String> lines() {
        return lines;
    }
}
