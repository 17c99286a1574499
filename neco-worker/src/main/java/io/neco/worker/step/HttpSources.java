package io.neco.worker.step;

import io.neco.container.RegistryCredential;
import io.neco.contents.ContentsAccess;
import io.neco.contents.Netboot;
import io.neco.contents.NetbootContents;
import io.neco.contents.NetbootPreview;
import io.neco.contents.Progress;
import io.neco.http.HttpClients;
import java.io.IOException;
import java.util.Optional;

/** The sources of a real boot server: the Internet through the proxy, and this host's sabakan. */
public final class HttpSources implements ContentsSources {
    private final HttpClients clients;

    /** @param clients makes HTTP clients */
    public HttpSources(HttpClients clients) {
        this.clients = clients;
    }

    @Override
    public Netboot open(StepHost host, Settings settings) throws IOException {
        return new NetbootContents(access(host, settings), Progress.NONE);
    }

    @Override
    public Netboot preview(StepHost host, Settings settings) throws IOException {
        return new NetbootPreview(access(host, settings));
    }

    private ContentsAccess access(StepHost host, Settings settings) throws IOException {
        Optional<RegistryCredential> quay = settings.quayUsername()
                .flatMap(user -> settings.quayPassword().map(password -> new RegistryCredential(user, password)));
        return ContentsAccess.open(
                host.files(),
                host.commands(),
                host.servers().site(),
                host.artifacts(),
                host.containers()::fullName,
                clients,
                settings.proxy(),
                quay);
    }
}
