package io.neco.cke;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import io.neco.host.CommandRunner;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.Identity;
import io.neco.store.ConfigKey;
import io.neco.store.NecoReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Gives CKE what this release has for it: the cluster template, and Kubernetes resources. One boot server does so for all.
 *
 * <p>Source: progs/cke/ and constants.go at 1eec387; see docs/cke.md.
 */
public final class CkeContents {
    private static final String PRODUCTION = "prod";
    private static final String TEMPLATE = HostPaths.NECO_DATA_DIR + "/cke-template.yml";
    private static final String TEMPLATE_PRE = HostPaths.NECO_DATA_DIR + "/cke-template-pre.yml";

    private final HostFiles files;
    private final ArtifactSet artifacts;
    private final Ckecli ckecli;

    /**
     * @param files this host's files
     * @param commands runs {@code ckecli}
     * @param artifacts this release's images
     */
    public CkeContents(HostFiles files, CommandRunner commands, ArtifactSet artifacts) {
        this.files = files;
        this.artifacts = artifacts;
        this.ckecli = new Ckecli(commands);
    }

    /** The cluster template of an environment: one for {@code prod}, another for all others. */
    public static String templateFile(String environment) {
        return environment.equals(PRODUCTION) ? TEMPLATE : TEMPLATE_PRE;
    }

    /** Files of Kubernetes resources, in the order they are given to CKE. */
    public static List<String> resourceFiles(String environment) {
        return List.of(
                HostPaths.NECO_DATA_DIR + "/namespaces.yml",
                HostPaths.NECO_DATA_DIR + (environment.equals(PRODUCTION) ? "/cilium.yaml" : "/cilium-pre.yaml"),
                HostPaths.NECO_DATA_DIR + "/coil.yaml",
                HostPaths.NECO_DATA_DIR + "/unbound.yml",
                HostPaths.NECO_DATA_DIR + "/squid.yml");
    }

    /**
     * Adapts the release's cluster template to this cluster and gives it to CKE.
     *
     * @return the file it was made of
     * @throws InvalidTemplateException when the template is missing or wrong; repeating does not help
     */
    public String setTemplate(NecoReader store) throws IOException, InterruptedException {
        String cluster = new Identity(files).clusterName();
        String file = templateFile(store.environment());
        String adapted = ClusterTemplate.adapt(
                read(file), file, cluster, store.ckeWeights().orElseGet(TreeMap::new));
        Path temporary = files.copyToTemporary(
                "/tmp",
                "neco-cke-template-",
                ".yml",
                new ByteArrayInputStream(adapted.getBytes(StandardCharsets.UTF_8)));
        try {
            ckecli.setTemplate(temporary);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return file;
    }

    /**
     * Renders the release's Kubernetes resources and gives them to CKE, all or, when a file cannot be rendered, none.
     *
     * @return the files they were made of
     * @throws InvalidTemplateException when a file is missing or wrong; repeating does not help
     */
    public List<String> setResources(NecoReader store) throws IOException, InterruptedException {
        SortedMap<String, String> values = values(artifacts, ckecli.images(), LoadBalancers.read(store));
        List<String> sources = resourceFiles(store.environment());
        List<String> rendered = new ArrayList<>();
        for (String file : sources) {
            rendered.add(ResourceTemplate.render(read(file), file, values));
        }
        for (String resources : rendered) {
            ckecli.setResources(resources);
        }
        return sources;
    }

    /** Networks that load balancers take addresses from; a text that is empty stands for none. */
    record LoadBalancers(String normal, String bastion, String internet) {
        static LoadBalancers read(NecoReader store) {
            return new LoadBalancers(
                    store.config(ConfigKey.LB_ADDRESS_BLOCK_DEFAULT).orElse(""),
                    store.config(ConfigKey.LB_ADDRESS_BLOCK_BASTION).orElse(""),
                    store.config(ConfigKey.LB_ADDRESS_BLOCK_INTERNET).orElse(""));
        }
    }

    /** What there is to fill into resources. */
    static SortedMap<String, String> values(
            ArtifactSet artifacts, List<ContainerImage> ckeImages, LoadBalancers loadBalancers) {
        SortedMap<String, String> values = new TreeMap<>();
        artifacts.images().forEach(image -> values.put(image.name(), image.fullName()));
        ckeImages.forEach(image -> values.put("cke-" + image.name(), image.fullName()));
        values.put("lbAddressDefault", loadBalancers.normal());
        values.put("lbAddressBastion", loadBalancers.bastion());
        values.put("lbAddressInternet", loadBalancers.internet());
        return values;
    }

    private String read(String file) throws IOException {
        try {
            return files.read(file);
        } catch (NoSuchFileException e) {
            throw new InvalidTemplateException(
                    file + " is missing; it comes with the package neco, so `dpkg --verify neco` tells what else is",
                    e);
        }
    }
}
