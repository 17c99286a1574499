package io.neco.dctest.vault.pki;

import io.neco.dctest.json.Fields;
import io.neco.dctest.tls.Pem;
import io.neco.dctest.vault.engine.ApiException;
import io.neco.dctest.vault.engine.Engine;
import io.neco.dctest.vault.engine.Operation;
import io.neco.dctest.vault.engine.Reply;
import io.neco.dctest.vault.engine.Request;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The certificate engine with one authority, RSA keys, roles, issuing and a plain revocation list. Intermediate
 * authorities, signing of requests, URLs in certificates and tidying are not there.
 *
 * <p>Source: developer.hashicorp.com/vault/api-docs/v1.10.x/secret/pki.
 */
public final class PkiEngine implements Engine {
    private static final String ROLES = "roles/";
    private static final String CERTS = "certs/";
    private static final String REVOKED = "revoked/";
    private static final Duration CRL_LIFE = Duration.ofDays(3);
    private static final String OVER_ROOT =
            "Refusing to generate a root certificate over an existing root certificate. If"
                    + " you really want to destroy the original root certificate, please issue a delete against root/.";

    private final RsaKeys keys;
    private final Clock clock;
    private final SecureRandom random;

    public PkiEngine(RsaKeys keys, Clock clock, SecureRandom random) {
        this.keys = keys;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public boolean isOpen(String path) {
        return path.equals("ca")
                || path.equals("ca/pem")
                || path.equals("ca_chain")
                || path.equals("crl")
                || path.equals("crl/pem")
                || path.startsWith("cert/");
    }

    @Override
    public boolean needsSudo(String path) {
        return path.equals("root") || path.equals("root/sign-self-issued");
    }

    @Override
    public Reply handle(Request request) {
        String path = request.path();
        String first = path.replaceFirst("/.*", "");
        return switch (first) {
            case "root" -> root(request);
            case "config" -> config(request);
            case "roles" -> roles(request);
            case "issue" -> {
                requireWrite(request);
                yield new Issuance(request, keys, clock, random).issue(path.replaceFirst("^issue/?", ""));
            }
            case "revoke" -> revoke(request);
            case "certs" -> {
                require(request, Operation.LIST);
                yield Reply.keys(request.store().children(CERTS));
            }
            case "ca", "ca_chain", "crl", "cert" -> {
                require(request, Operation.READ);
                yield read(request);
            }
            default -> throw ApiException.unsupportedPath();
        };
    }

    private static void require(Request request, Operation operation) {
        if (request.operation() != operation) {
            throw ApiException.unsupportedOperation();
        }
    }

    private static void requireWrite(Request request) {
        if (!request.operation().isWrite()) {
            throw ApiException.unsupportedOperation();
        }
    }

    private Reply root(Request request) {
        Fields data = request.data();
        if (request.path().equals("root") && request.operation() == Operation.DELETE) {
            request.store().delete("ca");
            return Reply.done();
        }
        if (!request.path().startsWith("root/generate/")) {
            throw ApiException.unsupportedPath();
        }
        requireWrite(request);
        String kind = request.path().substring("root/generate/".length());
        boolean exported = kind.equals("exported");
        if (!exported && !kind.equals("internal")) {
            throw ApiException.badRequest(
                    "the \"exported\" path parameter must be \"internal\", \"exported\" or \"kms\"");
        }
        if (request.store().get("ca").isPresent()) {
            return Reply.done().warn(OVER_ROOT);
        }
        String commonName = data.text("common_name");
        if (commonName.isEmpty()) {
            // Vault makes one without a name, which no Java program can read
            throw ApiException.badRequest("the stand-in makes no authority without common_name");
        }
        Duration ttl = data.duration("ttl").filter(d -> !d.isZero()).orElse(request.defaultTtl());
        if (ttl.compareTo(request.maxTtl()) > 0) {
            ttl = request.maxTtl();
        }
        Instant now = clock.instant();
        List<String> dns = new ArrayList<>();
        if (!data.flag("exclude_cn_from_sans", false) && Role.isHostName(commonName)) {
            dns.add(commonName);
        }
        dns.addAll(data.list("alt_names"));
        Authority.Subject subject = new Authority.Subject(
                commonName, dns, List.of(), Issuance.addresses(data.list("ip_sans")), false, false);
        Authority.Issued made = Authority.selfSigned(
                subject, keys.next((int) data.number("key_bits", RsaKeys.DEFAULT_BITS)), now, now.plus(ttl), random);
        store(request, made);
        Map<String, Object> reply = CertificateFormat.of(data).reply(made, made.certificate(), exported);
        reply.remove("ca_chain");
        return Reply.of(reply);
    }

    private static void store(Request request, Authority.Issued made) {
        request.store()
                .put("ca", Map.of("bundle", made.keyPem() + "\n" + made.certificatePem(), "serial", made.serial()));
        request.store().put(CERTS + made.serial().replace(':', '-'), Map.of("certificate", made.certificatePem()));
    }

    private Reply config(Request request) {
        Fields data = request.data();
        if (request.path().equals("config/ca")) {
            requireWrite(request);
            String bundle = data.text("pem_bundle");
            if (bundle.isEmpty()) {
                throw ApiException.badRequest("'pem_bundle' was empty");
            }
            Authority authority;
            try {
                authority = Authority.parse(bundle);
            } catch (IllegalArgumentException e) {
                throw ApiException.badRequest(String.valueOf(e.getMessage()));
            }
            store(request, new Authority.Issued(authority.certificate(), authority.key()));
            return Reply.done();
        }
        if (request.path().equals("config/urls") || request.path().equals("config/crl")) {
            if (request.operation().isWrite()) {
                request.store().put(request.path(), data.values());
                return Reply.done();
            }
            return Reply.of(request.store().get(request.path()).orElseThrow(ApiException::absent));
        }
        throw ApiException.unsupportedPath();
    }

    private static Reply roles(Request request) {
        String path = request.path();
        if (path.equals("roles") || path.equals(ROLES)) {
            require(request, Operation.LIST);
            return Reply.keys(request.store().children(ROLES));
        }
        switch (request.operation()) {
            case READ -> {
                Map<String, Object> role = request.store().get(path).orElseThrow(ApiException::absent);
                return Reply.of(Role.parse(new Fields(role)).toMap());
            }
            case DELETE -> {
                request.store().delete(path);
                return Reply.done();
            }
            case LIST -> throw ApiException.unsupportedOperation();
            default -> {
                request.store().put(path, Role.parse(request.data()).toMap());
                return Reply.done();
            }
        }
    }

    private Reply revoke(Request request) {
        requireWrite(request);
        String serial = request.data().text("serial_number");
        if (serial.isEmpty()) {
            throw ApiException.badRequest("The serial number must be provided");
        }
        String key = serial.replace(':', '-').toLowerCase(java.util.Locale.ROOT);
        if (request.store().get(CERTS + key).isEmpty()) {
            throw ApiException.badRequest("certificate with serial " + serial + " not found");
        }
        Instant now = clock.instant();
        request.store().put(REVOKED + key, Map.of("time", now.getEpochSecond()));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("revocation_time", now.getEpochSecond());
        data.put("revocation_time_rfc3339", now.toString());
        return Reply.of(data);
    }

    private Reply read(Request request) {
        return switch (request.path()) {
            case "ca", "ca/pem", "ca_chain", "cert/ca" -> authority(request);
            case "crl", "crl/pem", "cert/crl" -> revocationList(request);
            default -> {
                String serial = request.path().replaceFirst("^cert/", "").replace(':', '-');
                Map<String, Object> entry = request.store().get(CERTS + serial).orElseThrow(ApiException::absent);
                yield Reply.of(certificate(new Fields(entry).text("certificate"), isRevoked(request, serial)));
            }
        };
    }

    private static long isRevoked(Request request, String serial) {
        return request.store()
                .get(REVOKED + serial)
                .map(entry -> new Fields(entry).number("time", 0))
                .orElse(0L);
    }

    private static Map<String, Object> certificate(String pem, long revoked) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("certificate", pem);
        data.put("revocation_time", revoked);
        return data;
    }

    private static Reply authority(Request request) {
        if (request.store().get("ca").isEmpty()) {
            if (request.path().equals("cert/ca")) {
                throw ApiException.absent();
            }
            return Reply.raw("application/pkix-cert", new byte[0]).status(204);
        }
        Authority authority = Issuance.authority(request);
        String pem = Authority.encode(authority.certificate());
        try {
            return switch (request.path()) {
                case "ca" ->
                    Reply.raw("application/pkix-cert", authority.certificate().getEncoded());
                case "cert/ca" -> Reply.of(certificate(pem, 0));
                default -> Reply.raw("application/pem-certificate-chain", pem.getBytes(StandardCharsets.US_ASCII));
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot encode the authority's certificate", e);
        }
    }

    private Reply revocationList(Request request) {
        List<BigInteger> serials = request.store().children(REVOKED).stream()
                .map(serial -> new BigInteger(serial.replace("-", ""), 16))
                .toList();
        Instant now = clock.instant();
        byte[] list = Issuance.authority(request).revocationList(serials, now, now.plus(CRL_LIFE));
        String pem = Pem.encode("X509 CRL", list);
        return switch (request.path()) {
            case "crl" -> Reply.raw("application/pkix-crl", list);
            case "cert/crl" -> Reply.of(certificate(pem, 0));
            default -> Reply.raw("application/x-pem-file", pem.getBytes(StandardCharsets.US_ASCII));
        };
    }

    /** How a caller wants certificate and key. */
    enum CertificateFormat {
        PEM,
        PEM_BUNDLE,
        DER;

        static CertificateFormat of(Fields data) {
            return switch (data.text("format")) {
                case "", "pem" -> PEM;
                case "pem_bundle" -> PEM_BUNDLE;
                case "der" -> DER;
                default ->
                    throw ApiException.badRequest(
                            "the \"format\" path parameter must be \"pem\", \"der\", or \"pem_bundle\"");
            };
        }

        Map<String, Object> reply(Authority.Issued made, java.security.cert.X509Certificate issuer, boolean withKey) {
            String issuingCa = encode(Authority.encode(issuer));
            Map<String, Object> reply = new LinkedHashMap<>();
            reply.put("ca_chain", List.of(issuingCa));
            String certificate = made.certificatePem();
            if (this == PEM_BUNDLE) {
                String rest = issuer.equals(made.certificate()) ? "" : "\n" + Authority.encode(issuer);
                certificate = (withKey ? made.keyPem() + "\n" : "") + certificate + rest;
            }
            reply.put("certificate", encode(certificate));
            reply.put("expiration", made.certificate().getNotAfter().toInstant().getEpochSecond());
            reply.put("issuing_ca", issuingCa);
            if (withKey) {
                reply.put("private_key", encode(made.keyPem()));
                reply.put("private_key_type", "rsa");
            }
            reply.put("serial_number", made.serial());
            return reply;
        }

        private String encode(String pem) {
            return this == DER
                    ? Base64.getEncoder().encodeToString(Pem.parse(pem).get(0).content())
                    : pem;
        }
    }
}
