package io.neco.statesetter.serf;

import java.util.Map;

/**
 * A member of the serf cluster.
 *
 * @param name its host name
 * @param address its IP address
 * @param status {@code alive}, {@code leaving}, {@code left} or {@code failed}
 * @param tags what it tells of itself
 */
public record SerfMember(String name, String address, String status, Map<String, String> tags) {
    /** Copies the map. */
    public SerfMember {
        tags = Map.copyOf(tags);
    }

    /** Whether serf has an answer of it. */
    public boolean isAlive() {
        return "alive".equals(status);
    }
}
