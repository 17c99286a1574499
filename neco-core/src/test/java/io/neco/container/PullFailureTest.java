package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine tells by a text alone what went wrong; these are texts of Docker 20.10 and 27, and of its containerd image store. */
class PullFailureTest {
    private static final String IMAGE = "quay.io/cybozu/bird:2.0.9.1";
    private static final String LOGIN =
            "check the login: `neco config set quay-username` and `quay-password` for private images of quay.io,"
                    + " `docker login quay.io` as root for everything else";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "manifest for quay.io/cybozu/bird:2.0.9.1 not found: manifest unknown: manifest unknown",
                "failed to resolve reference \"quay.io/cybozu/bird:2.0.9.1\": quay.io/cybozu/bird:2.0.9.1: not found",
                "no matching manifest for linux/amd64 in the manifest list entries",
                "name unknown: repository name not known to registry",
                "pull access denied for quay.io/cybozu/bird, repository does not exist or may require 'docker login':"
                        + " denied: requested access to the resource is denied"
            })
    void sendsTheOperatorToTheImageWhenTheRegistryDoesNotHaveIt(String said) {
        assertThat(advice(said))
                .isEqualTo("check that quay.io has cybozu/bird:2.0.9.1 for linux/amd64; some registries answer so when"
                        + " a login is missing, too: " + LOGIN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unauthorized: access to the requested resource is not authorized",
                "Head \"https://quay.io/v2/cybozu/bird/manifests/2.0.9.1\": no basic auth credentials",
                "failed to resolve reference \"quay.io/cybozu/bird:2.0.9.1\": pull access denied, repository does not exist or may"
                        + " require authorization: authorization failed: no basic auth credentials",
                "Get \"https://quay.io/v2/\": unauthorized: authentication required",
                "failed to fetch oauth token: unexpected status from GET request: 401 Unauthorized",
                "unexpected status: 403 Forbidden"
            })
    void sendsTheOperatorToTheLoginWhenTheRegistryRefuses(String said) {
        assertThat(advice(said))
                .isEqualTo(LOGIN + "; some registries answer so when they have no cybozu/bird:2.0.9.1, too");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Get \"https://quay.io/v2/\": dial tcp 172.30.1.2:443: connect: connection refused",
                "Get \"https://quay.io/v2/\": dial tcp: lookup quay.io on 127.0.0.1:53: no such host",
                "Get \"https://quay.io/v2/\": net/http: TLS handshake timeout",
                "Get \"https://quay.io/v2/\": context deadline exceeded",
                "unexpected EOF"
            })
    void sendsTheOperatorToTheNetworkWhenTheRegistryDoesNotAnswer(String said) {
        assertThat(advice(said))
                .isEqualTo("check that this host's docker engine reaches quay.io, directly or through the proxy that"
                        + " `docker info` shows; the worker sets it to that of `neco config get proxy`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Get \"https://quay.io/v2/\": x509: certificate signed by unknown authority",
                "Get \"https://quay.io/v2/\": tls: failed to verify certificate: x509: certificate has expired or is not"
                        + " yet valid"
            })
    void sendsTheOperatorToTheCertificateWhenThatIsRefused(String said) {
        assertThat(advice(said))
                .isEqualTo("check this host's clock, and that the certificate is quay.io's own; then give the docker"
                        + " engine the CA that made it, as /etc/docker/certs.d/quay.io/ca.crt");
    }

    @Test
    void sendsTheOperatorToTheDiskWhenItIsFull() {
        assertThat(advice("write /var/lib/docker/tmp/GetImageBlob1: no space left on device"))
                .isEqualTo("make room for docker's images: `docker image prune -a`, or a larger disk");
    }

    @Test
    void sendsTheOperatorToTheProxyWhenThatWantsALogin() {
        assertThat(advice("Get \"https://quay.io/v2/\": Proxy Authentication Required"))
                .isEqualTo("give the proxy's user and password with `neco config set proxy`");
    }

    @Test
    void tellsOfTheRegistrysLimit() {
        assertThat(advice("toomanyrequests: You have reached your pull rate limit"))
                .isEqualTo("wait until the registry's limit allows more, or log in to raise it: " + LOGIN);
    }

    @Test
    void knowsWhereMoreIsToldOfAnythingElse() {
        assertThat(advice("layer does not exist")).isEqualTo("`journalctl -u docker` on this server may tell more");
    }

    @Test
    void takesAPullThatIsNotDoneInTimeForARegistryThatDoesNotAnswer() {
        IOException late = new ContainerException("not done within 1800 s", new TimeoutException());

        assertThat(PullFailure.of(IMAGE, 1, late))
                .hasMessageContaining("not done within 1800 s; check that this host's docker engine reaches quay.io");
    }

    @Test
    void addsNothingToAFailureThatSaysItselfWhatToDo() {
        IOException own = new ContainerException("no answer from the docker engine (Connection refused); is it running"
                + " (`systemctl status docker`)?");

        assertThat(PullFailure.of(IMAGE, 3, own))
                .hasMessage("cannot pull image " + IMAGE + " from registry quay.io (3 attempts): " + own.getMessage());
    }

    private static String advice(String said) {
        String message = String.valueOf(
                PullFailure.of(IMAGE, 3, new EngineErrorException("cannot pull image " + IMAGE + ": " + said))
                        .getMessage());
        String before = "cannot pull image " + IMAGE + " from registry quay.io (3 attempts): " + said + "; ";
        assertThat(message).startsWith(before);
        return message.substring(before.length());
    }
}
