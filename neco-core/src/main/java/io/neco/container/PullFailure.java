package io.neco.container;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Says of an image that could not be pulled what the operator can do, as far as the engine's words tell it. */
final class PullFailure {
    private static final Pattern NO_SPACE = Pattern.compile("no space left on device");
    private static final Pattern UNTRUSTED = Pattern.compile("x509:|certificate");
    /** A proxy's refusal; what a registry says is almost the same. */
    private static final Pattern PROXY_LOGIN = Pattern.compile("proxy authentication required");
    /** Docker Hub does not tell whether an image is missing or private. */
    private static final Pattern MISSING = Pattern.compile(
            "manifest unknown|no matching manifest|name unknown|not found|does not exist or may require");

    private static final Pattern LOGIN = Pattern.compile(
            "unauthorized|no basic auth credentials|authentication required|authorization failed|403 forbidden|(?<!permission )denied");
    /** An engine whose images are containerd's says this of the same registry after words that fit a missing image, too. */
    private static final Pattern NO_LOGIN = Pattern.compile("no basic auth credentials");

    private static final Pattern LIMIT = Pattern.compile("toomanyrequests|too many requests|rate limit");

    private PullFailure() {}

    /** What is thrown after the last attempt. */
    static ContainerException of(String image, int attempts, IOException cause) {
        String advice = advice(image, cause);
        return new ContainerException(
                "cannot pull image " + image + " from registry " + RegistryCredentials.registryOf(image) + " ("
                        + attempts + " attempts): " + reason(image, cause) + (advice.isEmpty() ? "" : "; " + advice),
                cause);
    }

    /** What the engine said, without what is said before it anyway. */
    static String reason(String image, IOException e) {
        String message = String.valueOf(e.getMessage());
        String prefix = "cannot pull image " + image + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }

    /** Empty for what tells by itself what to do. */
    private static String advice(String image, IOException cause) {
        String registry = RegistryCredentials.registryOf(image);
        if (cause instanceof EngineErrorException) {
            String said = reason(image, cause).replace(image, "").toLowerCase(Locale.ROOT);
            return ofWords(registry, image.substring(image.startsWith(registry) ? registry.length() + 1 : 0), said);
        }
        return cause.getCause() instanceof TimeoutException ? network(registry) : "";
    }

    private static String ofWords(String registry, String wanted, String said) {
        String login = FetchFailure.login(registry);
        if (NO_SPACE.matcher(said).find()) {
            return "make room for docker's images: `docker image prune -a`, or a larger disk";
        }
        if (UNTRUSTED.matcher(said).find()) {
            return "check this host's clock, and that the certificate is " + registry
                    + "'s own; then give the docker engine the CA that made it, as /etc/docker/certs.d/" + registry
                    + "/ca.crt";
        }
        if (PROXY_LOGIN.matcher(said).find()) {
            return "give the proxy's user and password with `neco config set proxy`";
        }
        if (LIMIT.matcher(said).find()) {
            return "wait until the registry's limit allows more, or log in to raise it: " + login;
        }
        if (MISSING.matcher(said).find() && !NO_LOGIN.matcher(said).find()) {
            return "check that " + registry + " has " + wanted
                    + " for linux/amd64; some registries answer so when a login is missing, too: " + login;
        }
        if (LOGIN.matcher(said).find()) {
            return login + "; some registries answer so when they have no " + wanted + ", too";
        }
        return PullRetry.isUnreachable(said) || said.contains("no such host") || said.contains("deadline exceeded")
                ? network(registry)
                : "`journalctl -u docker` on this server may tell more";
    }

    private static String network(String registry) {
        return "check that this host's docker engine reaches " + registry
                + ", directly or through the proxy that `docker info` shows; the worker sets it to that of `neco config"
                + " get proxy`";
    }
}
