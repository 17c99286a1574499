package io.neco.dctest.sabakan;

import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import io.neco.dctest.storage.Entries;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Addresses, DHCP and kernel parameters. Source: sabakan v2.13.0, docs/api.md, docs/ipam.md and docs/dhcp.md. */
final class Settings {
    private static final Pattern KERNEL_PARAMETERS = Pattern.compile("[0-9a-zA-Z.,-_= ]*");
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3}\\.){3}\\d{1,3}");
    private static final String IPAM = "ipam";
    private static final String DHCP = "dhcp";

    private final Entries entries;

    Settings(Entries entries) {
        this.entries = entries;
    }

    /**
     * How addresses are assigned.
     *
     * @throws ApiException 500 if that has not been set
     */
    Ipam ipam() throws ApiException {
        Optional<Entries.Entry> entry = entries.get(IPAM);
        if (entry.isEmpty()) {
            throw ApiException.internal("IPAMConfig is not set");
        }
        return new Ipam(new Fields(Documents.object(entry.get().value())));
    }

    Answer getIpam() throws ApiException {
        return get(IPAM);
    }

    Answer getDhcp() throws ApiException {
        return get(DHCP);
    }

    private Answer get(String key) throws ApiException {
        Entries.Entry entry = entries.get(key).orElseThrow(ApiException::notFound);
        return Answer.json(200, Documents.object(entry.value()));
    }

    /**
     * Sets how addresses are assigned.
     *
     * @throws ApiException 400 for bad values, 500 when machines have addresses already
     */
    void putIpam(Map<String, Object> given) throws ApiException {
        Map<String, Object> config = Ipam.checked(given);
        if (!entries.keys(Machines.PREFIX).isEmpty()) {
            throw ApiException.internal("machines already exists");
        }
        put(IPAM, Json.bytes(config));
    }

    /**
     * Sets what DHCP clients get.
     *
     * @throws ApiException 400 for bad values
     */
    void putDhcp(Map<String, Object> given) throws ApiException {
        Fields fields = new Fields(given);
        Map<String, Object> config = new LinkedHashMap<>();
        try {
            config.put("lease-minutes", fields.number("lease-minutes", 0));
            if (!fields.list("dns-servers").isEmpty()) {
                config.put("dns-servers", fields.list("dns-servers"));
            }
            config.put("gateway-offset", fields.number("gateway-offset", 0));
        } catch (IllegalArgumentException e) {
            throw new ApiException(400, "invalid request");
        }
        for (String server : fields.list("dns-servers")) {
            if (!IPV4.matcher(server).matches()) {
                throw ApiException.badRequest("invalid IPv4 address in dns-servers: " + server);
            }
        }
        put(DHCP, Json.bytes(config));
    }

    Answer getKernelParameters(String os) throws ApiException {
        Entries.Entry entry = entries.get("kernel-params/" + os).orElseThrow(ApiException::notFound);
        return Answer.text(new String(entry.value(), StandardCharsets.UTF_8));
    }

    /**
     * Sets the kernel's command line.
     *
     * @throws ApiException 400 for characters that do not belong there
     */
    void putKernelParameters(String os, String parameters) throws ApiException {
        if (!KERNEL_PARAMETERS.matcher(parameters).matches()) {
            throw ApiException.badRequest("kernel params is not valid");
        }
        put("kernel-params/" + os, parameters.getBytes(StandardCharsets.UTF_8));
    }

    private void put(String key, byte[] value) {
        entries.commit(Map.of(), Map.of(key, value), Set.of());
    }
}
