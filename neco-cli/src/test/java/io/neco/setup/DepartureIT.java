package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.Command;
import io.neco.host.ProcessCommandRunner;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.Member;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code neco leave} and {@code neco replace} with a real etcd of three members. */
class DepartureIT {
    private final EtcdCluster etcd = EtcdCluster.three().named("boot-");
    private NecoStore store;
    private Departure departure;

    @BeforeEach
    void start() {
        etcd.start();
        store = EtcdStore.open(etcd.config());
        departure = new Departure(store, Duration.ZERO);
        List.of(0, 1, 2).forEach(store::registerBootServer);
    }

    @AfterEach
    void stop() {
        store.close();
        etcd.close();
    }

    @Test
    void leavingTakesOnlyThatServersRecordsAlong() throws Exception {
        store.registerBootServer(10);
        store.recordContainerTag(1, "etcd", "a");
        store.recordContainerTag(10, "etcd", "b");

        List<String> told = departure.leave(1, false);

        assertThat(store.snapshot().servers()).containsExactly(0, 10, 2);
        assertThat(store.installed(1).containerTag("etcd")).isEmpty();
        assertThat(store.installed(10).containerTag("etcd")).contains("b");
        assertThat(told).first().isEqualTo("boot server 1 is unregistered; left: 0, 2, 10");
        assertThat(store.members()).extracting(Member::name).contains("boot-1");
    }

    @Test
    void whoIsNotRegisteredCannotLeave() {
        assertThatThrownBy(() -> departure.leave(7, true))
                .hasMessage("not found: boot server 7 is not registered (registered: 0, 1, 2)");
    }

    @Test
    void threeStayUnlessForced() throws Exception {
        assertThatThrownBy(() -> departure.leave(1, false))
                .hasMessageStartingWith("only boot servers 0, 2 would be left")
                .hasMessageContaining("--force");
        assertThat(store.snapshot().servers()).containsExactly(0, 1, 2);

        departure.leave(1, true);

        assertThat(store.snapshot().servers()).containsExactly(0, 2);
    }

    @Test
    void threeStayWhenTwoLeaveAtTheSameTime() throws Exception {
        store.registerBootServer(3);
        NecoStore overtaken = FaultyStore.of(store, "deleteBootServer 3", call -> {
            departure.leave(1, false);
            return call.make();
        });

        assertThatThrownBy(() -> new Departure(overtaken, Duration.ZERO).leave(3, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another boot server has left meanwhile")
                .hasMessageContaining("run it again");

        assertThat(store.snapshot().servers()).containsExactly(0, 2, 3);
    }

    @Test
    void whoRegistersWhileOneWaitsForTheLockIsReplaced() throws Exception {
        etcd.kill(1);
        // answered when the others have a leader: a write on its way to one that has been killed is lost
        store.snapshot();
        store.deleteBootServer(1);
        NecoStore changing = FaultyStore.of(store, "campaign", call -> {
            store.registerBootServer(1);
            return call.make();
        });

        assertThat(new Departure(changing, Duration.ZERO).replace(0, 1, "p"))
                .contains("boot server 1 is unregistered; left: 0, 2");

        assertThat(store.snapshot().servers()).containsExactly(0, 2);
    }

    @Test
    void noForceTakesTheMajorityAway() {
        etcd.kill(2);

        assertThatThrownBy(() -> departure.leave(1, true))
                .hasMessageStartingWith("boot server 1 cannot leave now, and nothing was changed")
                .hasMessageContaining("boot-2");
        assertThat(store.snapshot().servers()).containsExactly(0, 1, 2);
    }

    @Test
    void theLastOneStays() {
        store.deleteBootServer(1);
        store.deleteBootServer(2);

        assertThatThrownBy(() -> departure.leave(0, true)).hasMessageContaining("is the last one");
    }

    @Test
    void aLostServerIsRemovedAtOnce() throws Exception {
        etcd.kill(1);

        List<String> told = departure.replace(0, 1, "p");

        assertThat(store.members()).extracting(Member::name).containsExactlyInAnyOrder("boot-0", "boot-2");
        assertThat(store.snapshot().servers()).containsExactly(0, 2);
        assertThat(told)
                .contains("removed boot-1 from etcd", "boot server 1 is unregistered; left: 0, 2")
                .last()
                .isEqualTo("install boot server 1 anew, then run `neco join 0 2` on it");
        assertThatThrownBy(() -> departure.replace(0, 1, "p")).hasMessageStartingWith("not found: boot server 1");
    }

    @Test
    void whatAnInterruptedReplacementHasLeftIsFinished() throws Exception {
        etcd.kill(1);
        departure.replace(0, 1, "p");
        store.registerBootServer(1);

        assertThat(departure.replace(0, 1, "p")).first().isEqualTo("boot server 1 is unregistered; left: 0, 2");
    }

    @Test
    void whoAnswersIsNotLost() {
        assertThatThrownBy(() -> departure.replace(0, 1, "p"))
                .hasMessageStartingWith("etcd of boot server 1 answers, so it is not lost")
                .hasMessageContaining("neco leave 1");
        assertThat(store.members()).hasSize(3);
        assertThat(store.snapshot().servers()).containsExactly(0, 1, 2);
    }

    @Test
    void whoComesBackWhileOneMakesSureIsNotLost() throws Exception {
        etcd.pause(1);
        departure = new Departure(store, Duration.ofSeconds(20));
        Thread healer = new Thread(() -> etcd.resume(1), "healer");
        healer.start();

        assertThatThrownBy(() -> departure.replace(0, 1, "p")).hasMessageContaining("is not lost");
        healer.join();
    }

    @Test
    void whoComesBackWhileEtcdRefusesIsNotRemoved() {
        etcd.kill(1);
        NecoStore refusing = FaultyStore.of(store, "removeMember", call -> {
            etcd.restart(1);
            etcd.awaitHealthy();
            throw new StoreException("etcdserver: unhealthy cluster");
        });

        assertThatThrownBy(() -> new Departure(refusing).replace(0, 1, "p"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("etcd of boot server 1 answers, so it is not lost");
        assertThat(store.members()).extracting(Member::name).contains("boot-1");
        assertThat(store.snapshot().servers()).containsExactly(0, 1, 2);
    }

    @Test
    void nobodyIsRemovedWithoutTheLock() {
        etcd.kill(1);
        AtomicReference<Leadership> lock = new AtomicReference<>();
        NecoStore remembering = FaultyStore.of(store, "campaign", call -> {
            lock.set((Leadership) Objects.requireNonNull(call.make()));
            return lock.get();
        });
        NecoStore refusing = FaultyStore.of(remembering, "removeMember", call -> {
            revoke(Objects.requireNonNull(lock.get()));
            throw new StoreException("etcdserver: unhealthy cluster");
        });

        assertThatThrownBy(() -> new Departure(refusing, Duration.ZERO).replace(0, 1, "p"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("lost the workers' lock while looking at etcd's members");
        assertThat(store.members()).extracting(Member::name).contains("boot-1");
        assertThat(store.snapshot().servers()).containsExactly(0, 1, 2);
    }

    private void revoke(Leadership lock) throws Exception {
        new ProcessCommandRunner()
                .run(Command.of(
                        "etcdctl",
                        "--endpoints=" + etcd.endpoint(0),
                        "lease",
                        "revoke",
                        Long.toHexString(lock.leaseId())))
                .orThrow();
    }

    @Test
    void nobodyReplacesItself() {
        assertThatThrownBy(() -> departure.replace(1, 1, "p")).hasMessageContaining("run it on another one");
    }

    @Test
    void aMemberThatWasAddedButNeverStartedIsFoundByItsPeerUrl() throws Exception {
        store.addLearner("http://127.0.0.1:1");

        assertThat(departure.replace(0, 9, "http://127.0.0.1:1"))
                .first()
                .isEqualTo("removed the member at http://127.0.0.1:1 from etcd");
        assertThat(store.members()).hasSize(3);
    }
}
