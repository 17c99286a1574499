package io.neco.worker.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.NecoStore;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;

/** A test's etcd, where a lock is lost right after it was won, as when this host stands still, and its clock with it. */
public final class LostLocks {
    private LostLocks() {}

    /** Each lock is lost. */
    static NecoStore of(EtcdStore real, EtcdCluster cluster) {
        return (NecoStore) Proxy.newProxyInstance(
                LostLocks.class.getClassLoader(), new Class<?>[] {NecoStore.class}, (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(real, arguments);
                        if (answer instanceof Leadership lock) {
                            revoke(cluster, lock);
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                });
    }

    /** Takes a lock away. */
    public static void revoke(EtcdCluster cluster, Leadership lock) throws IOException, InterruptedException {
        Process etcdctl = new ProcessBuilder(
                        "etcdctl",
                        "--endpoints=" + String.join(",", cluster.endpoints()),
                        "lease",
                        "revoke",
                        Long.toHexString(lock.leaseId()))
                .redirectErrorStream(true)
                .start();
        String said = new String(etcdctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(etcdctl.waitFor()).as(said).isZero();
    }
}
