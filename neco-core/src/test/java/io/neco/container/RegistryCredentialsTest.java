package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.artifact.ContainerImage;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryCredentialsTest {
    private static final ContainerImage PUBLIC = new ContainerImage("etcd", "quay.io/cybozu/etcd", "1", false);
    private static final ContainerImage PRIVATE = new ContainerImage("setup-hw", "quay.io/cybozu/setup-hw", "1", true);

    @TempDir
    Path dir;

    private HostFiles files;
    private RegistryCredentials credentials;

    @BeforeEach
    void setUp() {
        files = new HostFiles(new HostRoot(dir));
        credentials = new RegistryCredentials(files, () -> Optional.of(new RegistryCredential("quay", "q-secret")));
    }

    @ParameterizedTest
    @CsvSource({
        "quay.io/cybozu/etcd:1, quay.io",
        "localhost/etcd:1, localhost",
        "registry:5000/etcd:1, registry:5000",
        "cybozu/etcd:1, docker.io",
        "etcd:1, docker.io"
    })
    void findsTheRegistryInTheName(String name, String registry) {
        assertThat(RegistryCredentials.registryOf(name)).isEqualTo(registry);
    }

    @Test
    void usesTheStoredPairForPrivateImagesOfQuayOnly() throws IOException {
        assertThat(credentials.find(PRIVATE, "quay.io/cybozu/setup-hw-secret:1"))
                .contains(new RegistryCredential("quay", "q-secret"));
        assertThat(credentials.find(PRIVATE, "ghcr.io/cybozu/setup-hw:1")).isEmpty();
        assertThat(credentials.find(PUBLIC, "quay.io/cybozu/etcd:1")).isEmpty();
    }

    @Test
    void prefersTheLoginOfRootsDockerClient() throws IOException {
        login("{\"auths\":{\"quay.io\":{\"auth\":\"" + base64("root:pass:word") + "\"}}}");

        assertThat(credentials.find(PRIVATE, "quay.io/cybozu/setup-hw-secret:1"))
                .contains(new RegistryCredential("root", "pass:word"));
        assertThat(credentials.find(PUBLIC, "quay.io/cybozu/etcd:1"))
                .contains(new RegistryCredential("root", "pass:word"));
    }

    @Test
    void understandsDockerHubAndIdentityTokens() throws IOException {
        login("{\"auths\":{\"https://index.docker.io/v1/\":{\"identitytoken\":\"t0ken\"}}}");

        assertThat(credentials.find(PUBLIC, "cybozu/etcd:1")).contains(new RegistryCredential("", "", "t0ken"));
    }

    @Test
    void saysWhichFileIsBrokenWithoutQuotingIt() throws IOException {
        login("{\"auths\": s3cret");

        assertThatThrownBy(() -> credentials.find(PUBLIC, "quay.io/cybozu/etcd:1"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/root/.docker/config.json")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void saysThatCredentialHelpersCannotBeUsed() throws IOException {
        login("{\"auths\":{\"quay.io\":{}},\"credsStore\":\"pass\"}");

        assertThatThrownBy(() -> credentials.find(PUBLIC, "quay.io/cybozu/etcd:1"))
                .hasMessageContaining("quay.io")
                .hasMessageContaining("credential helper");
    }

    @Test
    void doesNotShowSecretsInItsText() {
        assertThat(new RegistryCredential("quay", "q-secret", "t0ken").toString())
                .doesNotContain("q-secret")
                .doesNotContain("t0ken");
    }

    private void login(String json) throws IOException {
        files.write(RegistryCredentials.DOCKER_CONFIG_FILE, json, FileMode.PRIVATE);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
