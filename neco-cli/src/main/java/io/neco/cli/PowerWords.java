package io.neco.cli;

import io.neco.fleet.PowerAction;
import java.util.Iterator;

/** What can be done to a machine's power, for shells to complete. */
final class PowerWords implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return PowerAction.words().iterator();
    }
}
