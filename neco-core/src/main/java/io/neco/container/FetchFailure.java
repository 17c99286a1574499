package io.neco.container;

import io.neco.http.HttpStatusException;
import io.neco.http.LocalFileException;
import io.neco.http.Retry;
import io.neco.http.TunnelRefusedException;
import io.neco.http.WrongContentException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Says of an image that could not be fetched what the operator can do. */
final class FetchFailure {
    private static final String PROXY_PASSWORD = "give the proxy's user and password with `neco config set proxy`";

    private FetchFailure() {}

    static ContainerException of(String image, ImageName name, Path target, IOException cause) {
        return new ContainerException(
                "cannot fetch image " + image + " to " + target + ": " + cause.getMessage() + "; "
                        + advice(name, target, cause),
                cause);
    }

    private static String advice(ImageName name, Path target, IOException cause) {
        if (cause instanceof HttpStatusException answer) {
            return ofStatus(name, answer.status());
        }
        Optional<String> refusal = ofTunnel(cause);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (has(cause, LocalFileException.class) || has(cause, FileSystemException.class)) {
            return "see to it that " + target.toAbsolutePath().getParent() + " can be written and has room";
        }
        if (has(cause, WrongContentException.class)) {
            return "push the image to " + name.registry()
                    + " again as one for linux/amd64, or clear the cache of the proxy if there is one between";
        }
        if (has(cause, SSLException.class) && !Retry.isTransient(cause)) {
            return "check that the certificate is " + name.registry()
                    + "'s own, and that this host trusts who made it (update-ca-certificates)";
        }
        return "check that this host reaches " + name.registry()
                + ", directly or through the proxy that `neco config get proxy` shows";
    }

    private static String ofStatus(ImageName name, int status) {
        String login = login(name.registry());
        return switch (status) {
            case 401, 403 -> login;
            case 404 ->
                "check that " + name.registry() + " has " + name.repository() + ":" + name.tag()
                        + "; some registries answer so when a login is missing, too: " + login;
            case 407 -> PROXY_PASSWORD;
            case 429 -> "wait until the registry's limit allows more, or log in to raise it: " + login;
            default ->
                status >= 500
                        ? "try again when " + name.registry()
                                + " is well, or the proxy if it is the one that answers so"
                        : "check that " + name.registry() + " is a registry of the API version 2";
        };
    }

    /** What to do about a proxy that refuses; empty: it did not, or it may do better by itself. */
    static Optional<String> ofTunnel(IOException error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof TunnelRefusedException refusal && !Retry.isTransient(refusal)) {
                return Optional.of(
                        refusal.status() == 407
                                ? PROXY_PASSWORD
                                : "let the proxy open tunnels to that server; `neco config get proxy` shows the proxy");
            }
        }
        return Optional.empty();
    }

    static String login(String registry) {
        return "check the login: `neco config set quay-username` and `quay-password` for private images of quay.io, `docker"
                + " login " + registry + "` as root for everything else";
    }

    private static boolean has(Throwable error, Class<? extends Throwable> kind) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (kind.isInstance(e)) {
                return true;
            }
        }
        return false;
    }
}
