package io.neco.dctest.deb;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bin/release in a repository of its own, with a key of its own, against the writing half of GitHub's API. */
class ReleaseIT {
    private static final String VERSION = "2022.05.25-1";
    private static final String TAG = "release-" + VERSION;
    private static final String DEB = "neco_" + VERSION + "_amd64.deb";
    private static final String KEY = "release@neco.example";

    @TempDir
    private static Path directory;

    // an agent's socket must have a short path
    private static Path keyring = Path.of("");

    private ReleaseApi api;
    private Path output;

    @BeforeAll
    static void makeRepositoryAndKey() throws IOException {
        keyring = Files.createTempDirectory(Path.of("/tmp"), "key");
        gpg("--quick-generate-key", "--passphrase", "", KEY, "ed25519", "sign", "never")
                .orFail();
        shell("cp -a '" + Shell.sourceTree()
                + "/bin' .; mkdir -p repository packages tree/DEBIAN tree/usr/lib/neco; echo archive >tree/usr/lib/neco/neco.jsa; mv bin repository; cd repository; git init -q;"
                + " git remote add origin git@github.com:acme/neco.git; git add .;"
                + " git -c user.name=Test -c user.email=test@neco.example commit -qm one; git tag " + TAG + "; cd ..;"
                + " printf 'Package: neco\\nVersion: " + VERSION
                + "\\nArchitecture: amd64\\nMaintainer: T <t@neco.example>\\n"
                + "Description: test\\n' >tree/DEBIAN/control; dpkg-deb -b tree packages/" + DEB
                + " >/dev/null; echo zip >packages/neco-operation-cli-mac_" + VERSION + "_amd64.zip");
    }

    @AfterAll
    static void removeKey() {
        Shell.run(Map.of("GNUPGHOME", keyring.toString()), "gpgconf", "--kill", "gpg-agent");
        Shell.run("rm", "-rf", keyring.toString());
    }

    @BeforeEach
    void startApi() throws IOException {
        api = new ReleaseApi();
        output = Files.createTempDirectory(directory, "output");
    }

    @AfterEach
    void stopApi() {
        api.close();
    }

    @Test
    void publishesAPrereleaseWithPackagesChecksumsAndSignature() throws IOException {
        release(TAG, "--key", KEY).orFail();

        assertThat(api.releases().values()).singleElement().satisfies(release -> {
            assertThat(release.path("tag_name").asText()).isEqualTo(TAG);
            assertThat(release.path("draft").asBoolean(true)).isFalse();
            assertThat(release.path("prerelease").asBoolean(false)).isTrue();
            assertThat(release.path("assets").findValuesAsText("name"))
                    .containsExactlyInAnyOrder(
                            DEB, "neco-operation-cli-mac_" + VERSION + "_amd64.zip", "SHA256SUMS", "SHA256SUMS.asc");
        });
        assertThat(api.file(DEB))
                .isEqualTo(Files.readAllBytes(directory.resolve("packages").resolve(DEB)));
        assertThat(new String(api.file("SHA256SUMS"), StandardCharsets.UTF_8))
                .contains(ReleaseApi.sha256(api.file(DEB)) + "  " + DEB + "\n");
        Path sums = Files.write(directory.resolve("sums"), api.file("SHA256SUMS"));
        Path signature = Files.write(directory.resolve("sums.asc"), api.file("SHA256SUMS.asc"));
        assertThat(gpg("--verify", signature.toString(), sums.toString()).stderr())
                .contains("Good signature from \"" + KEY);
        Files.writeString(sums, "forged\n");
        assertThat(gpg("--verify", signature.toString(), sums.toString()).exitCode())
                .isNotZero();
    }

    @Test
    void promotesAPrereleaseOnce() {
        release(TAG, "--key", KEY).orFail();

        release(TAG, "--promote").orFail();

        assertThat(api.releases().values())
                .singleElement()
                .satisfies(release ->
                        assertThat(release.path("prerelease").asBoolean(true)).isFalse());
        assertThat(release(TAG, "--promote").stderr()).contains(TAG + " is a release already");
    }

    @Test
    void aDryRunPublishesNothingAndTellsWhatItWould() {
        var result = release("release-2022.05.25-1", "--dry-run").orFail();

        assertThat(api.releases()).isEmpty();
        assertThat(result.stderr())
                .contains(
                        "would publish " + TAG + " as a pre-release of acme/neco",
                        DEB,
                        "not signed",
                        "nothing was published");
        assertThat(output.resolve("SHA256SUMS")).exists();
    }

    @Test
    void aReleaseThatCannotBeCompletedIsTakenBack() {
        api.refuse("SHA256SUMS");

        var result = release(TAG, "--key", KEY);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.stderr())
                .contains(
                        "SHA256SUMS could not be uploaded",
                        "422: Validation Failed",
                        "the unfinished draft was removed");
        assertThat(api.releases()).isEmpty();
    }

    @Test
    void aReleaseThatIsPublicStaysAlthoughTheAnswerWasLost() {
        api.breakOffChanges();

        var result = release(TAG, "--key", KEY);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.stderr())
                .contains(
                        "did not answer",
                        TAG + " is published all the same, as a pre-release of acme/neco with all its files");
        assertThat(api.releases().values())
                .singleElement()
                .satisfies(release ->
                        assertThat(release.path("draft").asBoolean(true)).isFalse());
    }

    @Test
    void refusesAPackageWhoseProgramsStartSlowly() {
        shell("mkdir -p slow; cp -r tree slow/; rm -r slow/tree/usr; dpkg-deb -b slow/tree slow/" + DEB
                + " >/dev/null");
        String packages = directory.resolve("slow").toString();

        assertThat(release(TAG, "--key", KEY, "--packages", packages).stderr())
                .contains(DEB + " has no archive of classes (/usr/lib/neco/neco.jsa)");
        assertThat(api.releases()).isEmpty();
        assertThat(release(TAG, "--dry-run", "--packages", packages).orFail().stderr())
                .contains("a real run would refuse it");
    }

    @Test
    void refusesToPublishTwice() {
        release(TAG, "--key", KEY).orFail();

        assertThat(release(TAG, "--key", KEY).stderr()).contains(TAG + " is published already");
        assertThat(api.releases()).hasSize(1);
    }

    @Test
    void refusesWhatWasNotTaggedTestedSignedOrAllowed() {
        assertThat(release("release-2022.05.26-2", "--key", KEY).stderr())
                .contains("release-2022.05.26-2 is not a tag of the present commit");
        assertThat(release("v1.0").stderr()).contains("TAG 'v1.0' is not release-YYYY.MM.DD-N");
        assertThat(release(TAG).stderr()).contains("no key to sign with");
        assertThat(release(TAG, "--key", "nobody@neco.example").stderr())
                .contains("could not sign with the key nobody");
        var wrongToken = run(Map.of("GITHUB_TOKEN", "wrong-token-1"), TAG, "--key", KEY);
        assertThat(wrongToken.stderr()).contains("401: Bad credentials").doesNotContain("wrong-token-1");
        assertThat(run(Map.of("GITHUB_TOKEN", ""), TAG, "--key", KEY).stderr()).contains("GITHUB_TOKEN is not set");
        shell("cd repository; git -c user.name=Test -c user.email=test@neco.example commit -q --allow-empty -m two;"
                + " git tag test-" + VERSION + "; git checkout -q " + TAG);
        assertThat(release(TAG, "--key", KEY).stderr())
                .contains("test-" + VERSION + ", which was tested, is another commit");
        shell("cd repository; git tag -d test-" + VERSION);
        assertThat(api.releases()).isEmpty();
    }

    private Lab.Result release(String... arguments) {
        return run(Map.of("GITHUB_TOKEN", ReleaseApi.TOKEN), arguments);
    }

    private Lab.Result run(Map<String, String> token, String... arguments) {
        Map<String, String> environment = new HashMap<>(token);
        environment.put("NECO_GITHUB_API", api.address());
        environment.put("GNUPGHOME", keyring.toString());
        List<String> line = new ArrayList<>(
                List.of(directory.resolve("repository/bin/release").toString()));
        line.addAll(List.of("--packages", directory.resolve("packages").toString(), "--output", output.toString()));
        line.addAll(List.of(arguments));
        return Shell.run(environment, line.toArray(new String[0]));
    }

    private static Lab.Result gpg(String... arguments) {
        List<String> line = new ArrayList<>(List.of("gpg", "--batch", "--no-tty"));
        line.addAll(List.of(arguments));
        return Shell.run(Map.of("GNUPGHOME", keyring.toString()), line.toArray(new String[0]));
    }

    private static void shell(String line) {
        Shell.run("sh", "-ec", "cd '" + directory + "'; " + line).orFail();
    }
}
