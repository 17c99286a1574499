package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.neco.dctest.json.Fields;
import io.neco.dctest.tls.Pem;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What a boot server needs of Vault, over HTTP only and without knowing what answers: an unsealed server and its root
 * token. Everything is done below names that nobody else uses, so that a server in use stays as it was.
 */
abstract class VaultContract {
    private static final String SERVER_USAGE = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_USAGE = "1.3.6.1.5.5.7.3.2";
    private static final String ADMIN = """
            path "auth/*" {
              capabilities = ["create", "read", "update", "delete", "list", "sudo"]
            }
            path "sys/auth" {
              capabilities = ["read"]
            }
            """;

    /** The server, with its root token. */
    abstract Api root();

    private static String unique(String prefix) {
        return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    // ---- status ----

    @Test
    void healthOfTheActiveServerIs200WhateverTheOtherCodesAre() {
        Api.Answer plain = root().anonymous().get("sys/health").expect(200);
        Api.Answer coded = root().anonymous()
                .get("sys/health?drsecondarycode=299&performancestandbycode=299&sealedcode=299&standbycode=299"
                        + "&uninitcode=299");

        coded.expect(200);
        assertThat(plain.fields().flag("initialized", false)).isTrue();
        assertThat(plain.fields().flag("sealed", true)).isFalse();
        assertThat(plain.fields().flag("standby", true)).isFalse();
        assertThat(plain.fields().text("cluster_id")).isNotEmpty();
        assertThat(plain.fields().text("version")).startsWith("1.");
    }

    @Test
    void healthTakesTheCodeForTheActiveServerFromTheQueryAndAnswersHead() {
        root().anonymous().get("sys/health?activecode=299").expect(299);
        assertThat(root().anonymous().send("HEAD", "sys/health", "", Map.of()).status())
                .isEqualTo(200);
    }

    @Test
    void sealStatusTellsTheDivisionOfTheKey() {
        Fields status = root().anonymous().get("sys/seal-status").expect(200).fields();

        assertThat(status.text("type")).isEqualTo("shamir");
        assertThat(status.flag("sealed", true)).isFalse();
        assertThat(status.number("n", 0)).isPositive();
        assertThat(status.number("t", 0)).isPositive();
        assertThat(status.number("progress", -1)).isZero();
        assertThat(status.text("storage_type")).isNotEmpty();
    }

    @Test
    void isNotInitialisedTwice() {
        assertThat(root().anonymous().get("sys/init").expect(200).fields().flag("initialized", false))
                .isTrue();

        Api.Answer again = root().anonymous().put("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1));

        assertThat(again.expect(400).errors()).containsExactly("Vault is already initialized");
    }

    @Test
    void leaderIsKnown() {
        Fields leader = root().anonymous().get("sys/leader").expect(200).fields();

        assertThat(leader.values()).containsKeys("ha_enabled", "is_self", "leader_address");
    }

    @Test
    void statusPathsTakeNoOtherMethod() {
        root().anonymous().delete("sys/seal-status").expect(405);
        root().anonymous().delete("sys/leader").expect(405);
    }

    // ---- tokens ----

    @Test
    void requestWithoutTokenIsRefused() {
        Api.Answer answer = root().anonymous().get("sys/mounts");

        assertThat(answer.status()).isIn(400, 403);
        assertThat(answer.errors()).hasSize(1);
        assertThat(answer.errors().get(0)).containsAnyOf("missing client token", "permission denied");
    }

    @Test
    void unknownTokenIsRefused() {
        Api.Answer answer =
                root().as("s.doesnotexistdoesnotexist").get("sys/mounts").expect(403);

        assertThat(answer.errors().get(0)).contains("permission denied");
    }

    @Test
    void tokenComesAsBearerToo() {
        root().anonymous()
                .send("GET", "auth/token/lookup-self", "", Map.of("Authorization", "Bearer " + root().token()))
                .expect(200);
    }

    @Test
    void rootTokenLooksItselfUp() {
        Fields self = root().get("auth/token/lookup-self").expect(200).data();

        assertThat(self.text("id")).isEqualTo(root().token());
        assertThat(self.list("policies")).containsExactly("root");
        assertThat(self.number("ttl", -1)).isZero();
        assertThat(self.flag("orphan", false)).isTrue();
    }

    @Test
    void createdTokenHasItsPoliciesAndItsEnd() {
        Fields auth = root().post("auth/token/create", Map.of("policies", List.of("default"), "ttl", "1h"))
                .expect(200)
                .auth();

        Api child = root().as(auth.text("client_token"));
        Fields self = child.get("auth/token/lookup-self").expect(200).data();
        assertThat(auth.list("policies")).containsExactly("default");
        assertThat(auth.number("lease_duration", 0)).isEqualTo(3600);
        assertThat(self.number("ttl", 0)).isBetween(3590L, 3600L);
        assertThat(self.number("creation_ttl", 0)).isEqualTo(3600);
        child.put("auth/token/renew-self", Map.of("increment", "2h")).expect(200);
        child.put("auth/token/revoke-self", Map.of()).expect(204);
        child.get("auth/token/lookup-self").expect(403);
    }

    @Test
    void revokedTokenTakesItsChildrenAlongButNotOrphans() {
        Api parent = root().as(newToken(Map.of("policies", List.of("root"))));
        Api child = root().as(parent.post("auth/token/create", Map.of("ttl", "1h"))
                .expect(200)
                .auth()
                .text("client_token"));
        Api orphan = root().as(parent.post("auth/token/create", Map.of("ttl", "1h", "no_parent", true))
                .expect(200)
                .auth()
                .text("client_token"));

        parent.send("PUT", "auth/token/revoke-self", "", Map.of()).expect(204);

        child.get("auth/token/lookup-self").expect(403);
        orphan.get("auth/token/lookup-self").expect(200);
        orphan.put("auth/token/revoke-self", Map.of()).expect(204);
    }

    @Test
    void tokenWithOneUseWorksOnce() {
        Api once = root().as(newToken(Map.of("policies", List.of("default"), "num_uses", 1)));

        once.get("auth/token/lookup-self").expect(200);
        once.get("auth/token/lookup-self").expect(403);
    }

    @Test
    void tokenIsFoundAndRevokedByItsAccessor() {
        Fields auth = root().post("auth/token/create", Map.of("policies", List.of("default"), "ttl", "1h"))
                .expect(200)
                .auth();

        Map<String, Object> accessor = Map.of("accessor", auth.text("accessor"));
        Fields found =
                root().post("auth/token/lookup-accessor", accessor).expect(200).data();
        assertThat(found.list("policies")).containsExactly("default");
        assertThat(found.text("id")).isEmpty();
        root().post("auth/token/revoke-accessor", accessor).expect(204);
        root().as(auth.text("client_token")).get("auth/token/lookup-self").expect(403);
    }

    @Test
    void childGetsNoPolicyItsParentLacks() {
        Api weak = root().as(newToken(Map.of("policies", List.of("default"), "ttl", "1h")));

        assertThat(weak.post("auth/token/create", Map.of("policies", List.of("root")))
                        .status())
                .isIn(400, 403);
    }

    private String newToken(Map<String, Object> wish) {
        return root().post("auth/token/create", wish).expect(200).auth().text("client_token");
    }

    // ---- mounts ----

    @Test
    void engineIsMountedOnceAndUnmounted() {
        String path = unique("mount") + "/sub";
        Map<String, Object> config = Map.of("default_lease_ttl", "87600h", "max_lease_ttl", "876000h");

        root().post("sys/mounts/" + path, Map.of("type", "pki", "config", config))
                .expect(204);
        Api.Answer again =
                root().post("sys/mounts/" + path, Map.of("type", "pki")).expect(400);
        Fields mounts = root().get("sys/mounts").expect(200).fields();
        Fields mount = mounts.object("data").object(path + "/");

        assertThat(again.errors().get(0)).contains("path is already in use at " + path + "/");
        assertThat(mount.text("type")).isEqualTo("pki");
        assertThat(mount.object("config").number("max_lease_ttl", 0)).isEqualTo(876_000L * 3600);
        assertThat(mount.object("config").number("default_lease_ttl", 0)).isEqualTo(87_600L * 3600);
        assertThat(mounts.values()).containsKey(path + "/");
        root().delete("sys/mounts/" + path).expect(204);
        assertThat(root().get("sys/mounts").data().values()).doesNotContainKey(path + "/");
    }

    @Test
    void limitsOfAMountAreTuned() {
        String path = keyValueMount();

        root().post("sys/mounts/" + path + "/tune", Map.of("default_lease_ttl", "1h", "max_lease_ttl", "3h"))
                .expect(204);

        Fields tuned = root().get("sys/mounts/" + path + "/tune").expect(200).data();
        assertThat(tuned.number("default_lease_ttl", 0)).isEqualTo(3600);
        assertThat(tuned.number("max_lease_ttl", 0)).isEqualTo(10_800);
        root().delete("sys/mounts/" + path).expect(204);
    }

    @Test
    void pathWithoutMountHasNoHandler() {
        String path = unique("nothing") + "/here";

        Api.Answer answer = root().get(path).expect(404);

        assertThat(answer.errors().get(0)).contains("no handler for route").contains(path);
    }

    @Test
    void unknownTypeIsNotMounted() {
        root().post("sys/mounts/" + unique("mount"), Map.of("type", "nosuchengine"))
                .expect(400);
    }

    // ---- key-value store ----

    private String keyValueMount() {
        String path = unique("kv");
        root().post("sys/mounts/" + path, Map.of("type", "kv", "options", Map.of("version", "1")))
                .expect(204);
        return path;
    }

    @Test
    void entryIsWrittenReadListedAndDeleted() {
        String mount = keyValueMount();

        Api.Answer before = root().get(mount + "/a").expect(404);
        root().put(mount + "/a", Map.of("ready", "go")).expect(204);
        root().post(mount + "/dir/b", Map.of("done", 1)).expect(204);

        Api.Answer entry = root().get(mount + "/a").expect(200);
        assertThat(before.body()).containsEntry("errors", List.of());
        assertThat(entry.data().values()).isEqualTo(Map.of("ready", "go"));
        assertThat(entry.fields().number("lease_duration", 0)).isPositive();
        assertThat(entry.body()).containsKeys("request_id", "lease_id", "renewable", "wrap_info", "warnings", "auth");
        assertThat(root().get(mount + "/dir/b").data().values()).isEqualTo(Map.of("done", 1L));
        assertThat(root().list(mount).expect(200).data().list("keys")).containsExactly("a", "dir/");
        assertThat(root().get(mount + "/dir?list=true").expect(200).data().list("keys"))
                .containsExactly("b");
        root().delete(mount + "/a").expect(204);
        root().get(mount + "/a").expect(404);
        root().list(mount + "/nothing").expect(404);
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    void newMountAtAnOldPathIsEmpty() {
        String mount = keyValueMount();
        root().put(mount + "/a", Map.of("b", "c")).expect(204);

        root().delete("sys/mounts/" + mount).expect(204);
        root().post("sys/mounts/" + mount, Map.of("type", "kv", "options", Map.of("version", "1")))
                .expect(204);

        root().get(mount + "/a").expect(404);
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    void malformedBodyIsABadRequest() {
        String mount = keyValueMount();

        root().send("PUT", mount + "/a", "{\"b\":", Map.of()).expect(400);

        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    void versionedStoreAnswersPathsOfTheOldKindWithAWarning() {
        String mount = unique("kv2");
        root().post("sys/mounts/" + mount, Map.of("type", "kv", "options", Map.of("version", "2")))
                .expect(204);
        assumeThat(root().get(mount + "/bootstrap").status()).isEqualTo(404);

        Api.Answer old = root().get(mount + "/bootstrap").expect(404);
        root().post(mount + "/data/a", Map.of("data", Map.of("b", "c"))).expect(200);
        Fields read = root().get(mount + "/data/a").expect(200).data();

        assertThat(old.body().get("data")).isNull();
        assertThat(String.valueOf(old.body().get("warnings"))).contains("Invalid path for a versioned K/V");
        assertThat(read.object("data").values()).isEqualTo(Map.of("b", "c"));
        assertThat(read.object("metadata").number("version", 0)).isEqualTo(1);
        assertThat(root().list(mount + "/metadata").expect(200).data().list("keys"))
                .containsExactly("a");
        root().delete("sys/mounts/" + mount).expect(204);
    }

    // ---- certificates ----

    private String authorityMount(String ttl, String maxTtl) {
        String mount = unique("ca") + "/server";
        root().post(
                        "sys/mounts/" + mount,
                        Map.of("type", "pki", "config", Map.of("default_lease_ttl", ttl, "max_lease_ttl", maxTtl)))
                .expect(204);
        return mount;
    }

    private Fields exportedRoot(String mount) {
        return root().put(
                        mount + "/root/generate/exported",
                        Map.of("common_name", "server CA", "format", "pem_bundle", "ttl", "876000h"))
                .expect(200)
                .data();
    }

    @Test
    void exportedAuthorityComesWithItsKeyInOneText() throws GeneralSecurityException {
        String mount = authorityMount("87600h", "876000h");

        Fields made = exportedRoot(mount);

        List<Pem.Block> bundle = Pem.parse(made.text("certificate"));
        assertThat(bundle).extracting(Pem.Block::type).containsExactly("RSA PRIVATE KEY", "CERTIFICATE");
        assertThat(made.text("certificate")).doesNotEndWith("\n");
        X509Certificate certificate = certificate(made.text("issuing_ca"));
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=server CA");
        assertThat(certificate.getBasicConstraints()).isNotNegative();
        assertThat(certificate.getSubjectAlternativeNames()).isNull();
        Duration life = Duration.between(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
        assertThat(life).isBetween(Duration.ofHours(876_000), Duration.ofHours(876_001));
        certificate.verify(certificate.getPublicKey());
        assertThat(root().anonymous().get(mount + "/ca/pem").expect(200).text().strip())
                .isEqualTo(made.text("issuing_ca").strip());
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    void importedAuthorityIssuesServerCertificates() throws GeneralSecurityException {
        String first = authorityMount("87600h", "876000h");
        String bundle = exportedRoot(first).text("certificate");
        String mount = authorityMount("87600h", "876000h");
        Api.Answer imported = root().put(mount + "/config/ca", Map.of("pem_bundle", bundle));
        assertThat(imported.status()).isIn(200, 204);
        root().put(
                        mount + "/roles/system",
                        Map.of("ttl", "87600h", "max_ttl", "87600h", "client_flag", false, "allow_any_name", true))
                .expect(204);

        Fields issued = root().put(
                        mount + "/issue/system",
                        Map.of(
                                "common_name",
                                "boot-0",
                                "alt_names",
                                "localhost",
                                "ip_sans",
                                List.of("127.0.0.1", "10.69.0.3")))
                .expect(200)
                .data();

        X509Certificate certificate = certificate(issued.text("certificate"));
        X509Certificate authority = certificate(issued.text("issuing_ca"));
        certificate.verify(authority.getPublicKey());
        assertThat(certificate.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=boot-0");
        assertThat(names(certificate, 2)).containsExactlyInAnyOrder("boot-0", "localhost");
        assertThat(names(certificate, 7)).containsExactlyInAnyOrder("127.0.0.1", "10.69.0.3");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly(SERVER_USAGE);
        assertThat(certificate.getKeyUsage()).startsWith(true, false, true, false, true);
        assertThat(certificate.getBasicConstraints()).isNegative();
        assertThat(life(certificate)).isBetween(Duration.ofHours(87_600), Duration.ofHours(87_601));
        assertThat(issued.number("expiration", 0))
                .isEqualTo(certificate.getNotAfter().toInstant().getEpochSecond());
        assertThat(issued.text("private_key_type")).isEqualTo("rsa");
        assertThat(issued.text("serial_number").replace(":", ""))
                .isEqualTo(hex(certificate.getSerialNumber().toByteArray()));
        assertKeyBelongs(issued.text("private_key"), certificate);
        assertThat(root().anonymous()
                        .get(mount + "/cert/" + issued.text("serial_number"))
                        .expect(200)
                        .data()
                        .text("certificate")
                        .strip())
                .isEqualTo(issued.text("certificate").strip());
        root().delete("sys/mounts/" + first).expect(204);
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    void peerAndClientCertificatesFollowTheirRoles() throws GeneralSecurityException {
        String mount = authorityMount("87600h", "876000h");
        exportedRoot(mount);
        root().put(mount + "/roles/peer", Map.of("ttl", "1h", "max_ttl", "1h", "allow_any_name", true))
                .expect(204);
        root().put(
                        mount + "/roles/human",
                        Map.of("ttl", "2h", "max_ttl", "24h", "server_flag", false, "allow_any_name", true))
                .expect(204);

        X509Certificate peer = issue(
                mount + "/issue/peer",
                Map.of("common_name", "boot-0", "exclude_cn_from_sans", true, "ip_sans", "10.69.0.3,10.72.48.0"));
        X509Certificate client =
                issue(mount + "/issue/human", Map.of("common_name", "vault", "exclude_cn_from_sans", true));

        assertThat(peer.getExtendedKeyUsage()).containsExactlyInAnyOrder(SERVER_USAGE, CLIENT_USAGE);
        assertThat(names(peer, 7)).containsExactlyInAnyOrder("10.69.0.3", "10.72.48.0");
        assertThat(names(peer, 2)).isEmpty();
        assertThat(life(peer))
                .isBetween(Duration.ofHours(1), Duration.ofHours(1).plusMinutes(2));
        assertThat(client.getExtendedKeyUsage()).containsExactly(CLIENT_USAGE);
        assertThat(client.getSubjectAlternativeNames()).isNull();
        assertThat(life(client))
                .isBetween(Duration.ofHours(2), Duration.ofHours(2).plusMinutes(2));
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    void lifeOfACertificateIsLimitedByTheRole() throws GeneralSecurityException {
        String mount = authorityMount("87600h", "876000h");
        exportedRoot(mount);
        root().put(mount + "/roles/short", Map.of("max_ttl", "1h", "allow_any_name", true))
                .expect(204);

        Api.Answer answer = root().put(mount + "/issue/short", Map.of("common_name", "a", "ttl", "9h"))
                .expect(200);

        assertThat(life(certificate(answer.data().text("certificate"))))
                .isBetween(Duration.ofHours(1), Duration.ofHours(1).plusMinutes(2));
        assertThat(answer.body().get("warnings")).isNull();
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    void certificateDoesNotOutliveItsAuthority() {
        String mount = authorityMount("1h", "876000h");
        root().put(mount + "/root/generate/exported", Map.of("common_name", "CA", "ttl", "2h"))
                .expect(200);
        root().put(mount + "/roles/long", Map.of("max_ttl", "9h", "allow_any_name", true))
                .expect(204);

        Api.Answer answer = root().put(mount + "/issue/long", Map.of("common_name", "a", "ttl", "9h"))
                .expect(400);

        assertThat(answer.errors().get(0)).contains("beyond the expiration of the CA certificate");
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    void roleIsReadBackListedAndDeleted() {
        String mount = authorityMount("1h", "10h");
        root().put(mount + "/roles/system", Map.of("ttl", "1h", "max_ttl", "2h", "client_flag", false, "no_such", 1))
                .expect(204);

        Fields role = root().get(mount + "/roles/system").expect(200).data();
        assertThat(role.number("ttl", 0)).isEqualTo(3600);
        assertThat(role.number("max_ttl", 0)).isEqualTo(7200);
        assertThat(role.flag("client_flag", true)).isFalse();
        assertThat(role.flag("server_flag", false)).isTrue();
        assertThat(role.flag("allow_any_name", true)).isFalse();
        assertThat(role.text("key_type")).isEqualTo("rsa");
        assertThat(role.number("key_bits", 0)).isEqualTo(2048);
        assertThat(root().list(mount + "/roles").expect(200).data().list("keys"))
                .containsExactly("system");
        root().delete(mount + "/roles/system").expect(204);
        root().get(mount + "/roles/system").expect(404);
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    void unsuitableRequestsForCertificatesAreRefused() {
        String mount = authorityMount("1h", "10h");
        Map<String, Object> name = Map.of("common_name", "a.example.com");

        assertThat(root().put(mount + "/issue/none", name).expect(400).errors().get(0))
                .contains("unknown role: none");
        exportedRoot(mount);
        root().put(mount + "/roles/any", Map.of("allow_any_name", true)).expect(204);
        root().put(mount + "/roles/strict", Map.of()).expect(204);
        root().put(mount + "/issue/any", Map.of()).expect(400);
        root().put(mount + "/issue/any", Map.of("common_name", "a", "ip_sans", "none"))
                .expect(400);
        assertThat(root().put(mount + "/issue/strict", name)
                        .expect(400)
                        .errors()
                        .get(0))
                .contains("not allowed by this role");
        root().put(mount + "/config/ca", Map.of("pem_bundle", "")).expect(400);
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    void authorityIsNotReplacedByAccident() {
        String mount = authorityMount("1h", "876000h");
        String before = exportedRoot(mount).text("issuing_ca");

        root().put(mount + "/root/generate/exported", Map.of("common_name", "other", "ttl", "1h"));

        assertThat(root().anonymous().get(mount + "/ca/pem").text().strip()).isEqualTo(before.strip());
        root().delete("sys/mounts/" + mount).expect(204);
    }

    private X509Certificate issue(String path, Map<String, Object> wish) throws GeneralSecurityException {
        Fields data = root().put(path, wish).expect(200).data();
        X509Certificate certificate = certificate(data.text("certificate"));
        assertKeyBelongs(data.text("private_key"), certificate);
        return certificate;
    }

    private static X509Certificate certificate(String pem) throws GeneralSecurityException {
        List<Pem.Block> blocks = Pem.parse(pem);
        assertThat(blocks).extracting(Pem.Block::type).containsExactly("CERTIFICATE");
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(blocks.get(0).content()));
    }

    private static void assertKeyBelongs(String pem, X509Certificate certificate) throws GeneralSecurityException {
        assertThat(pem).startsWith("-----BEGIN RSA PRIVATE KEY-----\n");
        PrivateKey key = Pem.privateKey(Pem.parse(pem).get(0));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        assertThat(signature.verify(signed)).isTrue();
        assertThat(((java.security.interfaces.RSAKey) key).getModulus().bitLength())
                .isEqualTo(2048);
    }

    private static Duration life(X509Certificate certificate) {
        assertThat(certificate.getNotBefore().toInstant()).isBefore(Instant.now());
        return Duration.between(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    private static List<String> names(X509Certificate certificate, int type) throws GeneralSecurityException {
        Collection<List<?>> names = Objects.requireNonNullElse(certificate.getSubjectAlternativeNames(), List.of());
        return names.stream()
                .filter(name -> name.get(0).equals(type))
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    }

    private static String hex(byte[] bytes) {
        String text = java.util.HexFormat.of().formatHex(bytes);
        return bytes[0] == 0 ? text.substring(2) : text;
    }

    // ---- policies and logins ----

    @Test
    void policyIsWrittenReadListedAndDeleted() {
        String name = unique("policy");

        root().put("sys/policies/acl/" + name, Map.of("policy", ADMIN)).expect(204);

        assertThat(root().get("sys/policies/acl/" + name).expect(200).data().text("policy"))
                .isEqualTo(ADMIN);
        assertThat(root().get("sys/policy/" + name).expect(200).data().text("rules"))
                .isEqualTo(ADMIN);
        assertThat(root().list("sys/policies/acl").expect(200).data().list("keys"))
                .contains(name, "default", "root");
        assertThat(root().get("sys/policy").expect(200).fields().list("policies"))
                .contains(name);
        root().delete("sys/policies/acl/" + name).expect(204);
        root().get("sys/policies/acl/" + name).expect(404);
    }

    @Test
    void malformedPolicyIsRefused() {
        String name = unique("policy");

        root().put("sys/policies/acl/" + name, Map.of("policy", "path \"a\" {")).expect(400);
        root().put("sys/policies/acl/" + name, Map.of("policy", "path \"a\" { capabilities = [\"fly\"] }"))
                .expect(400);
        root().put("sys/policies/acl/root", Map.of("policy", ADMIN)).expect(400);
        root().delete("sys/policies/acl/default").expect(400);
    }

    @Test
    void policiesDecideWhatATokenMayDo() {
        String mount = keyValueMount();
        String name = unique("policy");
        String text = """
                path "%1$s/read/*"   { capabilities = ["read", "list"] }
                path "%1$s/create/*" { capabilities = ["create"] }
                path "%1$s/update/*" { capabilities = ["update"] }
                path "%1$s/+/one"    { capabilities = ["read"] }
                path "%1$s/read/no"  { capabilities = ["deny"] }
                path "sys/mounts"    { capabilities = ["read"] }
                path "sys/auth/*"    { capabilities = ["create", "update"] }
                """.formatted(mount);
        root().put("sys/policies/acl/" + name, Map.of("policy", text)).expect(204);
        root().put(mount + "/read/a", Map.of("b", "c")).expect(204);
        root().put(mount + "/update/a", Map.of("b", "c")).expect(204);
        root().put(mount + "/some/one", Map.of("b", "c")).expect(204);
        Api limited = root().as(newToken(Map.of("policies", List.of(name), "ttl", "1h")));

        limited.get(mount + "/read/a").expect(200);
        limited.list(mount + "/read").expect(200);
        limited.get(mount + "/some/one").expect(200);
        limited.get("sys/mounts").expect(200);
        limited.put(mount + "/create/a", Map.of("b", "c")).expect(204);
        limited.put(mount + "/update/a", Map.of("b", "d")).expect(204);
        assertThat(limited.put(mount + "/create/a", Map.of("b", "d"))
                        .expect(403)
                        .errors()
                        .get(0))
                .contains("permission denied");
        limited.put(mount + "/update/new", Map.of("b", "d")).expect(403);
        limited.get(mount + "/read/no").expect(403);
        limited.get(mount + "/other").expect(403);
        limited.delete(mount + "/read/a").expect(403);
        limited.get(unique("nothing") + "/a").expect(403);
        limited.post("sys/auth/" + unique("u"), Map.of("type", "userpass")).expect(403);
        Fields capabilities = limited.post(
                        "sys/capabilities-self", Map.of("paths", List.of(mount + "/read/a", mount + "/other")))
                .expect(200)
                .data();
        assertThat(capabilities.list(mount + "/read/a")).containsExactlyInAnyOrder("read", "list");
        assertThat(capabilities.list(mount + "/other")).containsExactly("deny");
        root().delete("sys/mounts/" + mount).expect(204);
        root().delete("sys/policies/acl/" + name).expect(204);
    }

    @Test
    void userLogsInWithThePoliciesAndTheTimeOfTheMethod() {
        String method = unique("userpass");
        String policy = unique("admin");
        root().put("sys/policies/acl/" + policy, Map.of("policy", ADMIN)).expect(204);
        root().post(
                        "sys/auth/" + method,
                        Map.of("type", "userpass", "config", Map.of("default_lease_ttl", "2h", "max_lease_ttl", "24h")))
                .expect(204);
        String user = "auth/" + method + "/users/admin";
        String login = "auth/" + method + "/login/admin";
        root().put(user, Map.of("policies", policy, "password", "cybozu")).expect(204);

        Api.Answer wrong =
                root().anonymous().put(login, Map.of("password", "other")).expect(400);
        Fields auth = root().anonymous()
                .put(login, Map.of("password", "cybozu"))
                .expect(200)
                .auth();

        assertThat(wrong.errors()).containsExactly("invalid username or password");
        assertThat(auth.list("policies")).containsExactlyInAnyOrder(policy, "default");
        assertThat(auth.number("lease_duration", 0)).isEqualTo(7200);
        assertThat(auth.flag("renewable", false)).isTrue();
        assertThat(auth.object("metadata").text("username")).isEqualTo("admin");
        Api admin = root().as(auth.text("client_token"));
        admin.get("sys/auth").expect(200);
        admin.get(user).expect(200);
        admin.get("sys/mounts").expect(403);
        assertThat(root().list("auth/" + method + "/users").expect(200).data().list("keys"))
                .containsExactly("admin");
        root().anonymous()
                .put("auth/" + method + "/login/nobody", Map.of("password", "x"))
                .expect(400);
        admin.put("auth/token/revoke-self", Map.of()).expect(204);
        admin.get("sys/auth").expect(403);
        root().delete("sys/auth/" + method).expect(204);
        root().delete("sys/policies/acl/" + policy).expect(204);
    }

    @Test
    void loginMethodIsEnabledOnceAndListed() {
        String method = unique("approle");

        root().post("sys/auth/" + method, Map.of("type", "approle")).expect(204);
        Api.Answer again =
                root().post("sys/auth/" + method, Map.of("type", "approle")).expect(400);

        assertThat(again.errors().get(0)).contains("path is already in use at");
        Fields methods = root().get("sys/auth").expect(200).fields();
        assertThat(methods.object("data").object(method + "/").text("type")).isEqualTo("approle");
        assertThat(methods.values()).containsKeys(method + "/", "token/");
        root().delete("sys/auth/" + method).expect(204);
    }

    @Test
    void auditDeviceIsEnabledOnceAndDisabled() {
        String device = unique("stdout");
        Map<String, Object> file = Map.of("type", "file", "options", Map.of("file_path", "stdout"));

        root().put("sys/audit/" + device, file).expect(204);
        Api.Answer again = root().put("sys/audit/" + device, file).expect(400);

        assertThat(again.errors().get(0)).contains("path already in use");
        assertThat(root().get("sys/audit")
                        .expect(200)
                        .data()
                        .object(device + "/")
                        .text("type"))
                .isEqualTo("file");
        root().delete("sys/audit/" + device).expect(204);
    }

    @Test
    void unknownSystemPathIsNotFound() {
        root().get("sys/nosuchthing").expect(404);
    }
}
