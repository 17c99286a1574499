package io.neco.contents;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import io.neco.cke.Ckecli;
import io.neco.container.ImageFetcher;
import io.neco.container.OsImageFetcher;
import io.neco.host.CommandFailedException;
import io.neco.host.HostFiles;
import io.neco.http.Retry;
import io.neco.sabakan.SabakanClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What it takes to fill sabakan.
 *
 * @param files this host's files
 * @param artifacts what this release serves to nodes
 * @param reference the name nodes know an image by
 * @param ckecli tells CKE's images
 * @param images fetches images
 * @param osImages fetches operating system images
 * @param sabakan where everything goes to
 * @param retry how often a request to sabakan that may be repeated is repeated
 */
public record ContentsTools(
        HostFiles files,
        ArtifactSet artifacts,
        Function<ContainerImage, String> reference,
        Ckecli ckecli,
        ImageFetcher images,
        OsImageFetcher osImages,
        SabakanClient sabakan,
        Retry retry) {
    private static final int ATTEMPTS = 12;

    /** Patience enough for a restart of sabakan, which takes half a minute after a crash: about a minute and a half. */
    public static Retry patience() {
        return new Retry(
                ATTEMPTS,
                Duration.ofMillis(500),
                Duration.ofSeconds(15),
                Retry.Pause.interruptible(),
                RandomGenerator.getDefault());
    }

    /** Asks or tells sabakan something that may be repeated. */
    <T> T patiently(String what, Retry.Attempt<T> attempt) throws IOException, InterruptedException {
        return retry.call(what, SabakanClient::isTransient, attempt);
    }

    /** CKE's images. A {@code ckecli} that complains, e.g. that etcd has no leader, is asked again; one that hangs or is missing is not. */
    List<ContainerImage> ckeImages() throws IOException, InterruptedException {
        return retry.call("list of CKE's images", CommandFailedException.class::isInstance, ckecli::images);
    }

    /**
     * Whether a failure of filling sabakan may pass by itself, so that it may help to do it again: what sabakan or another server refuses,
     * what makes no sense, and what is wrong with this host's files does not.
     */
    public static boolean mayPass(IOException failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof IllegalArgumentException) {
                return false;
            }
        }
        return SabakanClient.isTransient(failure);
    }
}
