package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.CommandResult;
import io.neco.store.NecoReader;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ssh generate} when etcd goes away in its middle; the rest is in {@link KeysAndBmcIT}. */
class SshGenerateTest {
    @TempDir
    private Path root;

    @Test
    void saysThatCkeHasTheNewKeyWhenEtcdDoesNotTakeTheOtherHalf() throws IOException {
        Path log = root.resolve("log");
        CommandLineRun neco = new CommandLineRun(root)
                .running(command -> new CommandResult(command, 0, "", ""))
                .on(new LostAfterReading());

        assertThat(neco.run("ssh", "generate", "--logfile", log.toString())).isEqualTo(1);

        assertThat(Files.readString(log))
                .contains("CKE has the new private key")
                .contains("etcd is gone")
                .contains("run `neco ssh generate --force`");
    }

    private static final class LostAfterReading implements Cluster {
        @Override
        public NecoReader read() {
            throw new IllegalStateException("a key is written");
        }

        @Override
        public NecoStore open() {
            return (NecoStore) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {NecoStore.class}, (proxy, method, arguments) -> {
                        return switch (method.getName()) {
                            case "sshPublicKey" -> Optional.empty();
                            case "putSshPublicKey" -> throw new StoreException("etcd is gone");
                            case "close" -> null;
                            default -> throw new IllegalStateException(method + " was not expected");
                        };
                    });
        }
    }
}
