package io.neco.worker;

import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.log.Logging;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdConfigException;
import io.neco.store.EtcdStore;
import io.neco.store.NecoConfigFile;
import io.neco.store.NecoStore;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster that a configuration file, usually {@code /etc/neco/config.yml}, names. */
final class FileStoreLink implements StoreLink {
    private static final Logger log = LoggerFactory.getLogger(FileStoreLink.class);

    private final HostFiles files;
    private final String file;
    private Optional<EtcdConfig> opened = Optional.empty();

    /** @param file absolute path of the configuration */
    FileStoreLink(HostFiles files, String file) {
        this.files = files;
        this.file = file;
    }

    @Override
    public NecoStore open() {
        EtcdConfig config = read();
        NecoStore store = EtcdStore.open(config);
        opened = Optional.of(config);
        return store;
    }

    private EtcdConfig read() {
        if (file.equals(HostPaths.NECO_CONFIG_FILE)) {
            return NecoConfigFile.read(files);
        }
        try {
            return NecoConfigFile.parse(files.read(file), file);
        } catch (IOException | IllegalArgumentException e) {
            throw new EtcdConfigException("cannot read " + file + " (flag -config): " + Logging.describe(e), e);
        }
    }

    @Override
    public boolean hasMoved() {
        try {
            return opened.isPresent() && !opened.get().equals(read());
        } catch (EtcdConfigException e) {
            log.atError().addKeyValue("error", e.getMessage()).log("going on with the previous configuration of etcd");
            return false;
        }
    }
}
