package io.neco.contents;

import io.neco.artifact.ContainerImage;
import io.neco.host.HostPaths;
import io.neco.sabakan.IgnitionTemplate;
import io.neco.sabakan.Machine;
import io.neco.sabakan.SabakanException;
import io.neco.store.ConfigKey;
import io.neco.store.NecoReader;
import io.neco.update.UpdateRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the Ignition templates of all roles to sabakan, with the metadata their directives ask for.
 *
 * <p>Source: progs/sabakan/upload.go at 1eec387. A template that sabakan has already counts as done, whichever is its newest, and a missing
 * proxy setting, which is not needed here, is none.
 */
final class IgnitionUpload {
    /** Where the templates are; one directory for each role. */
    static final String ROLES = HostPaths.NECO_DATA_DIR + "/ignitions/roles";

    private static final Logger log = LoggerFactory.getLogger(IgnitionUpload.class);
    private static final String SOURCE = "site.yml";
    private static final String BOOT = "boot";

    private final ContentsTools tools;
    private final Progress progress;
    private final Changes changes;

    IgnitionUpload(ContentsTools tools, Progress progress, Changes changes) {
        this.tools = tools;
        this.progress = progress;
        this.changes = changes;
    }

    /**
     * Uploads the template of each role unless sabakan has it.
     *
     * @param id version of the templates
     */
    void run(NecoReader store, String id) throws IOException, InterruptedException {
        SortedMap<String, Path> roles = roles(tools);
        // all are built before the first is uploaded: a broken one must not leave roles of different versions
        SortedMap<String, IgnitionTemplate> templates = new TreeMap<>();
        for (Map.Entry<String, Path> role : roles.entrySet()) {
            IgnitionTemplate template = IgnitionTemplate.build(role.getValue());
            template.unlisted()
                    .forEach(file -> log.atWarn()
                            .addKeyValue("file", file)
                            .addKeyValue("role", role.getKey())
                            .log("a file of the ignition tree is not listed in any template and reaches no node"));
            templates.put(role.getKey(), template);
        }
        Map<String, Object> metadata = metadata(store);
        for (Map.Entry<String, IgnitionTemplate> role : templates.entrySet()) {
            upload(role.getKey(), id, role.getValue(), metadata);
        }
    }

    private void upload(String role, String id, IgnitionTemplate template, Map<String, Object> metadata)
            throws IOException, InterruptedException {
        Progress.Item item = progress.begin("ignition template " + role);
        String outcome = "failed";
        try {
            List<String> ids = tools.patiently(
                    "list ignition templates of role " + role,
                    () -> tools.sabakan().ignitionIds(role));
            if (ids.contains(id)) {
                outcome = id + " is there already";
                return;
            }
            tools.patiently("upload of ignition template " + id + " of role " + role, () -> {
                put(role, id, template, metadata);
                return true;
            });
            outcome = id + " uploaded";
            changes.add("ignition template " + role + " " + id);
        } catch (IOException e) {
            throw new IOException(
                    "cannot give sabakan the ignition template " + id + " of role " + role + ": " + e.getMessage(), e);
        } finally {
            item.ended(outcome);
        }
    }

    private void put(String role, String id, IgnitionTemplate template, Map<String, Object> metadata)
            throws IOException, InterruptedException {
        try {
            tools.sabakan().putIgnition(role, id, template, metadata);
        } catch (SabakanException e) {
            if (!e.isConflict()) {
                throw e;
            }
            log.atInfo()
                    .addKeyValue("role", role)
                    .addKeyValue("id", id)
                    .log("sabakan has the ignition template already");
        }
    }

    /** The source of each role's template. */
    static SortedMap<String, Path> roles(ContentsTools tools) throws IOException {
        SortedMap<String, Path> roles = new TreeMap<>();
        Path directory = tools.files().path(ROLES);
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(entry -> Files.isRegularFile(entry.resolve(SOURCE)))
                    .forEach(entry -> roles.put(String.valueOf(entry.getFileName()), entry.resolve(SOURCE)));
        } catch (NoSuchFileException e) {
            throw new IOException(
                    directory
                            + " is missing; it comes with the package neco, so `dpkg --verify neco` tells what else is",
                    e);
        }
        return roles;
    }

    // ---- metadata

    private Map<String, Object> metadata(NecoReader store) throws IOException, InterruptedException {
        UpdateRequest request = request(store);
        Map<String, Object> metadata = new TreeMap<>();
        for (ContainerImage image : tools.artifacts().images()) {
            metadata.put(image.name() + ".img", image.assetName());
            metadata.put(image.name() + ".ref", tools.reference().apply(image));
        }
        for (ContainerImage image : tools.ckeImages()) {
            metadata.put("cke:" + image.name() + ".img", image.assetName());
            metadata.put("cke:" + image.name() + ".ref", tools.reference().apply(image));
        }
        store.sshPublicKey().ifPresent(key -> metadata.put("authorized_key", key));
        metadata.put("proxy_url", store.config(ConfigKey.NODE_PROXY).orElse(""));
        metadata.put(
                "external_ip_address_block",
                store.config(ConfigKey.EXTERNAL_IP_ADDRESS_BLOCK).orElse(""));
        List<String> bootServers = new ArrayList<>();
        for (int lrn : request.servers()) {
            bootServers.add(bootServer(lrn));
        }
        metadata.put("boot_servers", bootServers);
        metadata.put("version", request.version());
        return metadata;
    }

    private static UpdateRequest request(NecoReader store) throws IOException {
        return store.currentRequest()
                .request()
                .orElseThrow(() -> new IOException(
                        "there is no update request in etcd, which would tell what boot servers there are; neco-updater makes"
                                + " one when it knows a release, see `neco status`"));
    }

    private String bootServer(int lrn) throws IOException, InterruptedException {
        List<Machine> machines;
        try {
            machines = tools.patiently(
                    "find boot server in rack " + lrn,
                    () -> tools.sabakan().machines(Map.of("rack", Integer.toString(lrn), "role", BOOT)));
        } catch (SabakanException e) {
            throw new IOException(
                    "failed to find boot server in rack " + lrn + ": " + e.reason()
                            + "; boot servers are registered by `sabactl machines create`",
                    e);
        } catch (IOException e) {
            throw new IOException("failed to find boot server in rack " + lrn + ": " + e.getMessage(), e);
        }
        if (machines.size() != 1 || machines.get(0).ipv4().isEmpty()) {
            throw new IOException("boot server in rack " + lrn + " not found: sabakan knows " + machines.size()
                    + " machines with role " + BOOT + " there, but one with an IPv4 address is needed");
        }
        return machines.get(0).ipv4().get(0);
    }
}
