package io.neco.container;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.artifact.ContainerImage;
import io.neco.host.HostFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which credential a registry is shown: the login of root's docker client if there is one for the registry, else for private images
 * of quay.io the user and password of {@code neco config}; nothing otherwise.
 */
public final class RegistryCredentials {
    /** Where {@code docker login} of root keeps its logins. */
    public static final String DOCKER_CONFIG_FILE = "/root/.docker/config.json";

    private static final String QUAY = "quay.io";
    private static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

    private final HostFiles files;
    private final Supplier<Optional<RegistryCredential>> quay;

    /**
     * @param files the host's files
     * @param quay user and password for private images of quay.io; asked for each pull, so that a changed setting is taken up
     */
    public RegistryCredentials(HostFiles files, Supplier<Optional<RegistryCredential>> quay) {
        this.files = files;
        this.quay = quay;
    }

    /** Only the logins of root's docker client. */
    public static RegistryCredentials ofDockerClient(HostFiles files) {
        return new RegistryCredentials(files, Optional::empty);
    }

    /**
     * The credential for an image.
     *
     * @param image the image
     * @param fullName the name it is pulled by
     * @throws IOException when root's docker configuration is not valid; the message names the file and the registry
     */
    public Optional<RegistryCredential> find(ContainerImage image, String fullName) throws IOException {
        String registry = registryOf(fullName);
        Optional<RegistryCredential> login = dockerLogin(registry);
        if (login.isPresent()) {
            return login;
        }
        return image.isPrivate() && registry.equals(QUAY) ? quay.get() : Optional.empty();
    }

    /** The registry an image is pulled from: what stands before the first slash if it looks like a host, else docker.io. */
    static String registryOf(String fullName) {
        int slash = fullName.indexOf('/');
        if (slash > 0) {
            String first = fullName.substring(0, slash);
            if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
                return first;
            }
        }
        return DOCKER_HUB;
    }

    private Optional<RegistryCredential> dockerLogin(String registry) throws IOException {
        Optional<String> text = files.readIfExists(DOCKER_CONFIG_FILE);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        JsonNode auths;
        try {
            auths = new ObjectMapper().readTree(text.get()).path("auths");
        } catch (JacksonException e) {
            // the parser's message would quote the file, which holds secrets
            throw new IOException(
                    DOCKER_CONFIG_FILE + " is not valid JSON; repair it, or remove it and run `docker login` again");
        }
        for (String key : new String[] {
            registry, "https://" + registry, "https://" + registry + "/v1/", "https://" + registry + "/v2/"
        }) {
            if (auths.has(key)) {
                return Optional.of(read(auths.get(key), key));
            }
        }
        if (registry.equals(DOCKER_HUB) && auths.has(DOCKER_HUB_KEY)) {
            return Optional.of(read(auths.get(DOCKER_HUB_KEY), DOCKER_HUB_KEY));
        }
        return Optional.empty();
    }

    private static RegistryCredential read(JsonNode entry, String key) throws IOException {
        String token = entry.path("identitytoken").asText("");
        String username = entry.path("username").asText("");
        String password = entry.path("password").asText("");
        String auth = entry.path("auth").asText("");
        if (!auth.isEmpty()) {
            String pair;
            try {
                pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw unusable(key);
            }
            int colon = pair.indexOf(':');
            if (colon < 1) {
                throw unusable(key);
            }
            username = pair.substring(0, colon);
            // docker pads the password with NUL bytes
            password = pair.substring(colon + 1).replace("\0", "");
        }
        if (username.isEmpty() && token.isEmpty()) {
            throw new IOException("the login for " + key + " in " + DOCKER_CONFIG_FILE
                    + " has no user; a credential helper cannot be used, run `docker login` without one");
        }
        return new RegistryCredential(username, password, token);
    }

    private static IOException unusable(String key) {
        return new IOException("the login for " + key + " in " + DOCKER_CONFIG_FILE
                + " is not base64 of USER:PASSWORD; run `docker login " + key + "` again");
    }
}
