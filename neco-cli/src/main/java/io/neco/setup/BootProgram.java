package io.neco.setup;

import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.program.cke.CkeProgram;
import java.util.List;
import java.util.Optional;

/**
 * A program of boot servers that keeps its data in etcd as a user of its own, and so has to be introduced to the cluster once, and to
 * each boot server.
 *
 * <p>Source: pkg/neco/cmd/init.go and init_local.go at 1eec387; see docs/init.md.
 *
 * @param id its name, which is also its user and role in etcd
 * @param keyPrefix what its keys in etcd begin with
 * @param directories directories of its data
 * @param services its services, in the order they are started
 */
public record BootProgram(String id, String keyPrefix, List<String> directories, List<String> services) {

    /** All of them: what keeps the users of boot servers, what nodes boot from, and the Kubernetes cluster. */
    public static final List<BootProgram> ALL = List.of(
            new BootProgram("etcdpasswd", "/passwd/", List.of(), List.of("ep-agent")),
            new BootProgram("sabakan", "/sabakan/", List.of(HostPaths.SABAKAN_DATA_DIR), List.of("sabakan")),
            new BootProgram(
                    CkeProgram.USER,
                    CkeProgram.KEY_PREFIX,
                    List.of(),
                    List.of(CkeProgram.SERVICE, CkeProgram.LOCAL_PROXY_SERVICE)));

    /** Copies the lists. */
    public BootProgram {
        directories = List.copyOf(directories);
        services = List.copyOf(services);
    }

    /** The program called {@code id}. */
    public static Optional<BootProgram> find(String id) {
        return ALL.stream().filter(p -> p.id.equals(id)).findFirst();
    }

    /** Names of all of them. */
    public static List<String> ids() {
        return ALL.stream().map(BootProgram::id).toList();
    }

    /** Where its certificate for etcd and the key are; only root, as whom all of them run, may read the key. */
    CertificateFiles certificate() {
        String directory = "/etc/" + id;
        return new CertificateFiles(
                directory + "/etcd.crt", directory + "/etcd.key", FileMode.PRIVATE, Optional.empty());
    }
}
