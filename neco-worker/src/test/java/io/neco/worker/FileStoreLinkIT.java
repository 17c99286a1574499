package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.HostRoot;
import io.neco.log.Logging;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdConfigException;
import io.neco.store.NecoStore;
import io.neco.store.testing.EtcdCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a worker learns that the list of etcd's endpoints has changed, and what it makes of a file that it cannot read. */
class FileStoreLinkIT {
    private static final String OTHER_FILE = "/etc/other.yml";

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    Path dir;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private HostFiles files;
    private String good;

    @BeforeEach
    void prepare() {
        files = new HostFiles(new HostRoot(dir));
        EtcdConfig config = ETCD.config();
        good = "endpoints:\n- " + config.endpoints().get(0) + "\nprefix: " + config.prefix() + "\n";
        Logging.configure("neco-worker", log, "", "");
    }

    @AfterEach
    void logAsBefore() {
        Logging.configure("neco-worker", System.err, "", "");
    }

    @Test
    void tellsThatTheEndpointsHaveChangedUntilItIsOpenedAnew() throws Exception {
        write(HostPaths.NECO_CONFIG_FILE, good);
        FileStoreLink link = new FileStoreLink(files, HostPaths.NECO_CONFIG_FILE);
        try (NecoStore store = link.open()) {
            assertThat(store.snapshot().servers()).isEmpty();
            assertThat(link.hasMoved()).isFalse();
        }

        write(HostPaths.NECO_CONFIG_FILE, good + "timeout: 3s\n");

        assertThat(link.hasMoved()).isTrue();
        link.open().close();
        assertThat(link.hasMoved()).isFalse();
        assertThat(said()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/etc/neco/config.yml | 'endpoints: [' | is not valid YAML: ",
                "/etc/neco/config.yml | 'endpoints: []' | : endpoints is empty; list etcd's client URLs",
                "/etc/other.yml | 'endpoints: [' | is not valid YAML: ",
                "/etc/other.yml | timeout: soon | : timeout soon is not a duration such as 2s or 500ms",
            })
    void goesOnWithThePreviousConfigurationWhenTheFileIsGarbled(String file, String text, String why) throws Exception {
        write(file, good);
        FileStoreLink link = new FileStoreLink(files, file);
        link.open().close();

        write(file, text);

        assertThat(link.hasMoved()).isFalse();
        assertThat(said())
                .singleElement()
                .asString()
                .contains("error: \"going on with the previous configuration of etcd\"")
                .contains(file)
                .contains(why);

        write(file, good + "timeout: 3s\n");
        assertThat(link.hasMoved()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/etc/neco/config.yml | does not exist: this server is no boot server yet; run neco setup or neco join",
                "/etc/other.yml | cannot read /etc/other.yml (flag -config): NoSuchFileException",
            })
    void goesOnWithThePreviousConfigurationWhenTheFileIsGone(String file, String why) throws Exception {
        write(file, good);
        FileStoreLink link = new FileStoreLink(files, file);
        link.open().close();

        files.deleteIfExists(file);

        assertThat(link.hasMoved()).isFalse();
        assertThat(said())
                .singleElement()
                .asString()
                .contains("error: \"going on with the previous configuration of etcd\"")
                .contains(why);
    }

    @Test
    void hasNotMovedBeforeItWasOpened() throws Exception {
        FileStoreLink link = new FileStoreLink(files, OTHER_FILE);

        assertThatThrownBy(link::open)
                .isInstanceOf(EtcdConfigException.class)
                .hasMessageContaining("cannot read " + OTHER_FILE + " (flag -config): ");
        write(OTHER_FILE, good);

        assertThat(link.hasMoved()).isFalse();
    }

    private void write(String file, String text) throws IOException {
        files.write(file, text, FileMode.WORLD_READABLE);
    }

    private List<String> said() {
        return log.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
