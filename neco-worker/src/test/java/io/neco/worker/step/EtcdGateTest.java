package io.neco.worker.step;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.store.Member;
import io.neco.store.MemberHealth;
import io.neco.store.NecoStore;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EtcdGateTest {
    /** Raft index that a member knows of, and has applied. */
    private static final Map<String, Long> INDEX = Map.of("boot-0", 5L, "boot-1", 9L);

    @Test
    void aMemberThatWasRestartedMustCatchUpWithTheOthers() {
        assertThatThrownBy(() -> new EtcdGate(store())
                        .awaitHealthy(m -> m.name().equals("boot-0"), Duration.ZERO, new Cancellation()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("boot-0 has applied raft index 5 but not yet 9");
    }

    @Test
    void aMemberThatIsAheadNeedsNotWaitForTheOthers() throws Exception {
        new EtcdGate(store()).awaitHealthy(m -> m.name().equals("boot-1"), Duration.ZERO, new Cancellation());
    }

    private static NecoStore store() {
        return (NecoStore) Proxy.newProxyInstance(
                EtcdGateTest.class.getClassLoader(),
                new Class<?>[] {NecoStore.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "members" -> members();
                    case "health" -> health((String) arguments[0]);
                    default -> throw new AssertionError("the gate has nothing to ask for by " + method.getName());
                });
    }

    private static List<Member> members() {
        List<Member> members = new ArrayList<>();
        INDEX.keySet().forEach(name -> members.add(new Member(1, name, List.of(), List.of(name), false)));
        return members;
    }

    private static MemberHealth health(String endpoint) {
        long index = INDEX.getOrDefault(endpoint, 0L);
        return new MemberHealth(endpoint, "3.5.4", 1, index, index, 1, 1);
    }
}
