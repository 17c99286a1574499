package io.neco.dctest.vault.pki;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.engine.ApiException;
import io.neco.dctest.vault.engine.Reply;
import io.neco.dctest.vault.engine.Request;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One request for a certificate: checks it against its role, and issues. */
final class Issuance {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private final Request request;
    private final RsaKeys keys;
    private final Clock clock;
    private final SecureRandom random;

    Issuance(Request request, RsaKeys keys, Clock clock, SecureRandom random) {
        this.request = request;
        this.keys = keys;
        this.clock = clock;
        this.random = random;
    }

    static Authority authority(Request request) {
        return request.store()
                .get("ca")
                .map(entry -> Authority.parse(new Fields(entry).text("bundle")))
                .orElseThrow(() -> ApiException.badRequest("error fetching CA certificate: could not fetch the CA"
                        + " certificate (was one set?): backend must be configured with a CA certificate/key"));
    }

    Reply issue(String roleName) {
        Role role = request.store()
                .get("roles/" + roleName)
                .map(entry -> Role.parse(new Fields(entry)))
                .orElseThrow(() -> ApiException.badRequest("unknown role: " + roleName));
        Authority authority = authority(request);
        Fields data = request.data();
        Authority.Subject subject = subject(role, data);
        Instant now = clock.instant();
        Instant end = now.plus(ttl(role, data));
        Instant limit = authority.certificate().getNotAfter().toInstant();
        if (end.isAfter(limit)) {
            throw ApiException.badRequest("cannot satisfy request, as TTL would result in notAfter " + TIME.format(end)
                    + " that is beyond the expiration of the CA certificate at " + TIME.format(limit));
        }
        PkiEngine.CertificateFormat format = PkiEngine.CertificateFormat.of(data);
        Authority.Issued made = authority.issue(subject, keys.next(role.keyBits()), now, end, random);
        request.store().put("certs/" + made.serial().replace(':', '-'), Map.of("certificate", made.certificatePem()));
        return Reply.of(format.reply(made, authority.certificate(), true));
    }

    private Authority.Subject subject(Role role, Fields data) {
        String commonName = data.text("common_name");
        if (commonName.isEmpty()) {
            throw ApiException.badRequest("the common_name field is required, or must be provided in a CSR with"
                    + " \"use_csr_common_name\" set to true, unless \"require_cn\" is set to false");
        }
        if (!role.allows(commonName)) {
            throw ApiException.badRequest("common name " + commonName + " not allowed by this role");
        }
        Set<String> dns = new LinkedHashSet<>();
        Set<String> emails = new LinkedHashSet<>();
        List<String> names = new ArrayList<>();
        if (!data.flag("exclude_cn_from_sans", false)) {
            names.add(commonName);
        }
        for (String name : data.list("alt_names")) {
            if (!role.allows(name)) {
                throw ApiException.badRequest("subject alternate name " + name + " not allowed by this role");
            }
            names.add(name);
        }
        for (String name : names) {
            if (name.contains("@")) {
                emails.add(name);
            } else if (Role.isHostName(name)) {
                dns.add(name);
            }
        }
        List<String> addresses = data.list("ip_sans");
        if (!addresses.isEmpty() && !role.allowIpSans()) {
            throw ApiException.badRequest("IP Subject Alternative Names are not allowed in this role, but was provided "
                    + String.join(",", addresses));
        }
        return new Authority.Subject(
                commonName,
                List.copyOf(dns),
                List.copyOf(emails),
                addresses(addresses),
                role.serverFlag(),
                role.clientFlag());
    }

    /** Only literals are taken; a name would have to be looked up. */
    static List<byte[]> addresses(List<String> texts) {
        List<byte[]> addresses = new ArrayList<>();
        for (String text : texts) {
            if (!text.matches("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
                throw ApiException.badRequest("the value \"" + text + "\" is not a valid IP address");
            }
            try {
                addresses.add(InetAddress.getByName(text).getAddress());
            } catch (UnknownHostException e) {
                throw ApiException.badRequest("the value \"" + text + "\" is not a valid IP address");
            }
        }
        return addresses;
    }

    private Duration ttl(Role role, Fields data) {
        Duration max = role.maxTtl().isZero() ? request.maxTtl() : role.maxTtl();
        Duration ttl = data.duration("ttl")
                .filter(d -> !d.isZero())
                .orElse(role.ttl().isZero() ? request.defaultTtl() : role.ttl());
        return ttl.compareTo(max) > 0 ? max : ttl;
    }
}
