package io.neco.dctest.vault.pki;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.engine.ApiException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a role allows. Settings that this stand-in does not know are not kept.
 *
 * @param ttl zero for the mount's default
 * @param maxTtl zero for the mount's maximum
 */
record Role(
        Duration ttl,
        Duration maxTtl,
        boolean allowAnyName,
        boolean allowLocalhost,
        boolean allowIpSans,
        boolean enforceHostnames,
        List<String> allowedDomains,
        boolean allowBareDomains,
        boolean allowSubdomains,
        boolean serverFlag,
        boolean clientFlag,
        int keyBits) {

    private static final Pattern HOST_NAME =
            Pattern.compile("(\\*\\.)?(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\\-]*[a-zA-Z0-9])\\.)*"
                    + "([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9\\-]*[A-Za-z0-9])\\.?");

    /** @throws ApiException if a setting makes no sense */
    static Role parse(Fields fields) {
        String keyType = fields.text("key_type");
        if (!keyType.isEmpty() && !keyType.equals("rsa")) {
            throw ApiException.badRequest("key_type " + keyType + " is not supported by this stand-in for Vault");
        }
        long bits = fields.number("key_bits", RsaKeys.DEFAULT_BITS);
        Role role = new Role(
                fields.duration("ttl").orElse(Duration.ZERO),
                fields.duration("max_ttl").orElse(Duration.ZERO),
                fields.flag("allow_any_name", false),
                fields.flag("allow_localhost", true),
                fields.flag("allow_ip_sans", true),
                fields.flag("enforce_hostnames", true),
                fields.list("allowed_domains"),
                fields.flag("allow_bare_domains", false),
                fields.flag("allow_subdomains", false),
                fields.flag("server_flag", true),
                fields.flag("client_flag", true),
                bits == 0 ? RsaKeys.DEFAULT_BITS : (int) bits);
        if (!role.maxTtl.isZero() && role.ttl.compareTo(role.maxTtl) > 0) {
            throw ApiException.badRequest("\"ttl\" value must be less than \"max_ttl\" value");
        }
        if (role.keyBits != 2048 && role.keyBits != 3072 && role.keyBits != 4096) {
            throw ApiException.badRequest("unsupported bit length for RSA key: " + role.keyBits);
        }
        return role;
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("allow_any_name", allowAnyName);
        map.put("allow_bare_domains", allowBareDomains);
        map.put("allow_ip_sans", allowIpSans);
        map.put("allow_localhost", allowLocalhost);
        map.put("allow_subdomains", allowSubdomains);
        map.put("allowed_domains", allowedDomains);
        map.put("client_flag", clientFlag);
        map.put("enforce_hostnames", enforceHostnames);
        map.put("key_bits", keyBits);
        map.put("key_type", "rsa");
        map.put("key_usage", List.of("DigitalSignature", "KeyAgreement", "KeyEncipherment"));
        map.put("max_ttl", maxTtl.toSeconds());
        map.put("server_flag", serverFlag);
        map.put("ttl", ttl.toSeconds());
        return map;
    }

    boolean allows(String name) {
        String bare = name.toLowerCase(Locale.ROOT);
        if (enforceHostnames && !isHostName(bare.replaceFirst("^[^@]*@", ""))) {
            return false;
        }
        if (allowAnyName) {
            return true;
        }
        if (allowLocalhost && (bare.equals("localhost") || bare.equals("localdomain"))) {
            return true;
        }
        return allowedDomains.stream()
                .map(domain -> domain.toLowerCase(Locale.ROOT))
                .anyMatch(domain ->
                        (allowBareDomains && bare.equals(domain)) || (allowSubdomains && bare.endsWith("." + domain)));
    }

    static boolean isHostName(String name) {
        return HOST_NAME.matcher(name).matches();
    }
}
