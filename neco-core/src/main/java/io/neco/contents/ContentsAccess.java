package io.neco.contents;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import io.neco.cke.Ckecli;
import io.neco.container.ImageFetcher;
import io.neco.container.OsImageFetcher;
import io.neco.container.RegistryCredential;
import io.neco.container.RegistryCredentials;
import io.neco.host.CommandRunner;
import io.neco.host.HostFiles;
import io.neco.host.Site;
import io.neco.http.HttpClients;
import io.neco.http.Retry;
import io.neco.http.WebClient;
import io.neco.sabakan.SabakanClient;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The way to contents and to sabakan, with the connections it takes.
 *
 * @param tools what it takes to fill sabakan
 * @param owned what is closed with it, in this order
 */
public record ContentsAccess(ContentsTools tools, List<AutoCloseable> owned) implements AutoCloseable {
    /** Copies the list. */
    public ContentsAccess {
        owned = List.copyOf(owned);
    }

    /**
     * The way from this boot server. Nothing is asked before it is needed.
     *
     * @param reference the name nodes know an image by
     * @param clients makes HTTP clients
     * @param proxy the value of {@code config/proxy}; empty: the environment decides
     * @param quay user and password for private images
     * @throws IOException when the proxy is not an address; the message names it
     */
    public static ContentsAccess open(
            HostFiles files,
            CommandRunner commands,
            Site site,
            ArtifactSet artifacts,
            Function<ContainerImage, String> reference,
            HttpClients clients,
            Optional<String> proxy,
            Optional<RegistryCredential> quay)
            throws IOException {
        WebClient outside;
        try {
            outside = clients.proxied(proxy);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage() + "; set another one by `neco config set proxy`", e);
        }
        WebClient local = clients.local();
        ImageFetcher images = new ImageFetcher(
                outside,
                image -> image.fullName(quay.isPresent(), site.privateImageSuffix()),
                new RegistryCredentials(files, () -> quay));
        ContentsTools tools = new ContentsTools(
                files,
                artifacts,
                reference,
                new Ckecli(commands),
                images,
                new OsImageFetcher(outside, Retry.standard()),
                new SabakanClient(local, System.getProperty("user.name", "root")),
                ContentsTools.patience());
        return new ContentsAccess(tools, List.of(images, outside, local));
    }

    /** Closes the connections; what is under way fails. */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (AutoCloseable each : owned) {
            try {
                each.close();
            } catch (IOException e) {
                failure = e;
            } catch (Exception e) {
                failure = new IOException(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
