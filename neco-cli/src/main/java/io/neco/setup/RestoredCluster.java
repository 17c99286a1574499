package io.neco.setup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.neco.host.HostPaths;
import io.neco.program.etcd.EtcdProgram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The members of etcd after a restoration.
 *
 * @param name this server's
 * @param peerUrls where each is reached by the others, by name
 * @param token tells its members from those of every other cluster; etcd makes the ids of members of it
 */
record RestoredCluster(String name, Map<String, String> peerUrls, String token) {
    private static final int HASH_LETTERS = 12;

    RestoredCluster {
        peerUrls = Map.copyOf(peerUrls);
    }

    /**
     * What etcd's configuration says.
     *
     * @param yaml text of {@value HostPaths#ETCD_CONFIG_FILE}
     * @param me logical rack number of this server
     * @throws IOException when something is missing, or it is another server's
     */
    static RestoredCluster of(String yaml, int me) throws IOException {
        JsonNode root;
        try {
            root = YAMLMapper.builder().build().readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new IOException(HostPaths.ETCD_CONFIG_FILE + " is not valid YAML: " + e.getOriginalMessage(), e);
        }
        String name = text(root, "name");
        if (!name.equals(EtcdProgram.memberName(me))) {
            throw new IOException(HostPaths.ETCD_CONFIG_FILE + " is that of " + name + ", but this is boot server " + me
                    + " (from " + HostPaths.RACK_FILE + ")");
        }
        Map<String, String> peers = new TreeMap<>();
        for (String item : text(root, "initial-cluster").split(",", -1)) {
            String[] parts = item.split("=", 2);
            if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
                throw new IOException(HostPaths.ETCD_CONFIG_FILE + ": initial-cluster has \"" + item
                        + "\", which is not NAME=URL; give the servers with --members");
            }
            peers.put(parts[0].strip(), parts[1].strip());
        }
        if (!peers.containsKey(name)) {
            throw new IOException(HostPaths.ETCD_CONFIG_FILE + ": initial-cluster does not have " + name
                    + "; give the servers with --members");
        }
        return new RestoredCluster(name, peers, text(root, "initial-cluster-token"));
    }

    private static String text(JsonNode root, String key) throws IOException {
        String value = root.path(key).asText("");
        if (value.isBlank()) {
            throw new IOException(HostPaths.ETCD_CONFIG_FILE + " has no " + key + "; give the servers with --members");
        }
        return value;
    }

    /**
     * The same with a token of its own, so that a member that was not restored cannot meet those that were.
     *
     * @param sha256 checksum of the snapshot, in hexadecimal
     */
    RestoredCluster from(String sha256) {
        return new RestoredCluster(name, peerUrls, token + "-" + sha256.substring(0, HASH_LETTERS));
    }

    /** The members as etcd takes them: {@code NAME=URL,…}. */
    String initialCluster() {
        List<String> items = new ArrayList<>();
        new TreeMap<>(peerUrls).forEach((member, url) -> items.add(member + "=" + url));
        return String.join(",", items);
    }

    /** Where the others reach this server. */
    String ownPeerUrl() {
        return java.util.Objects.requireNonNull(peerUrls.get(name));
    }

    /** The id etcd gives this server's member: the first eight bytes of the SHA-1 of its peer URL and the token. */
    long ownId() {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1").digest((ownPeerUrl() + token).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
