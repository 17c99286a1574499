package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which members a store connects to when it is opened: one that answers is enough. */
class FirstContactIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    /** Takes connections and says nothing. */
    private ServerSocketChannel mute;

    @BeforeEach
    void listen() throws IOException {
        mute = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        mute.configureBlocking(false);
    }

    @AfterEach
    void close() throws IOException {
        mute.close();
    }

    private String mute(String host) throws IOException {
        return "http://" + host + ":" + ((InetSocketAddress) mute.getLocalAddress()).getPort();
    }

    private static EtcdStore open(String... endpoints) {
        return EtcdStore.open(ETCD.config("root", List.of(endpoints)));
    }

    @Test
    void theOthersAreLeftAloneWhenTheFirstOneAnswers() throws IOException {
        try (EtcdStore store = open(ETCD.endpoint(0), mute("127.0.0.1"))) {
            store.snapshot();

            assertThat(mute.accept()).isNull();
        }
    }

    /** Names are not looked up: this one could be anybody's. */
    @Test
    void theMemberOnThisHostIsAskedFirst() throws IOException {
        try (EtcdStore store = open(mute("localhost"), ETCD.endpoint(0))) {
            store.snapshot();

            assertThat(mute.accept()).isNull();
        }
    }

    @Test
    void theNextOneIsAskedWhenTheFirstIsSilent() throws IOException {
        try (EtcdStore store = open(mute("127.0.0.1"), ETCD.endpoint(0))) {
            assertThat(store.connection().preferredMember().url()).isEqualTo(ETCD.endpoint(0));
            assertThat(mute.accept()).isNotNull();
        }
    }

    @Test
    void theNextOneIsAskedWhenTheFirstIsNotThere() throws IOException {
        String gone = mute("127.0.0.1");
        mute.close();
        try (EtcdStore store = open(gone, ETCD.endpoint(0))) {
            assertThat(store.connection().preferredMember().url()).isEqualTo(ETCD.endpoint(0));
        }
    }
}
