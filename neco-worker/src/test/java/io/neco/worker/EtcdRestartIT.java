package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.store.ElectionName;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.Member;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.FakeHost;
import io.neco.worker.step.FetchImages;
import io.neco.worker.step.LostLocks;
import io.neco.worker.step.Settings;
import io.neco.worker.step.StepContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of an update of boot servers 0 and 1 over a real etcd, which has a member of boot server 2 as well. */
class EtcdRestartIT {
    private static final OffsetDateTime BEGIN = OffsetDateTime.of(2022, 5, 25, 0, 0, 0, 0, ZoneOffset.UTC);
    private static final UpdateRequest REQUEST = new UpdateRequest("1.0.0", List.of(0, 1), false, BEGIN);
    private static final UpdateRequest NEXT = new UpdateRequest("1.0.0", List.of(0, 1, 2), false, BEGIN.plusMinutes(1));
    private static final String RESTART = "systemctl restart etcd-container.service";
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final BackOff AT_ONCE = new BackOff(Duration.ofMillis(1), Duration.ofMillis(1));

    private final EtcdCluster etcd = EtcdCluster.three().named("boot-");
    private final Cancellation cancellation = new Cancellation();

    @TempDir
    private Path dir;

    private FakeHost fake;
    private EtcdStore store;

    @BeforeEach
    void start() throws InterruptedException {
        etcd.start();
        fake = new FakeHost(dir, 0);
        store = EtcdStore.open(etcd.config());
        request(REQUEST);
    }

    @AfterEach
    void stop() {
        store.close();
        etcd.close();
    }

    @Test
    void membersOfNoServerOfTheRequestAreRemovedBeforeTheRestart() throws Exception {
        restart(store).run();

        assertThat(members()).containsExactlyInAnyOrder("boot-0", "boot-1");
        assertThat(fake.commands).contains(RESTART);
    }

    @Test
    void theyAreRemovedAlsoWhenTheUpdateWasStoppedMeanwhile() throws Exception {
        request(REQUEST.stopped());

        restart(store).run();

        assertThat(members()).containsExactlyInAnyOrder("boot-0", "boot-1");
    }

    @Test
    void nobodyIsRemovedByARequestThatWasReplaced() throws Exception {
        request(NEXT);

        restart(store).run();

        assertThat(members()).containsExactlyInAnyOrder("boot-0", "boot-1", "boot-2");
        assertThat(fake.commands).contains(RESTART);
    }

    @Test
    void nobodyIsRemovedAfterTheRequestWasReplacedWhileItLookedAtTheMembers() throws Exception {
        restart(withMembersSeen(() -> request(NEXT))).run();

        assertThat(members()).containsExactlyInAnyOrder("boot-0", "boot-1", "boot-2");
    }

    @Test
    void nobodyIsRemovedAfterTheWishToEnd() {
        assertThatThrownBy(() -> restart(withMembersSeen(() -> cancellation.request("the request has changed")))
                        .run())
                .isInstanceOf(CancelledException.class);

        assertThat(members()).containsExactlyInAnyOrder("boot-0", "boot-1", "boot-2");
        assertThat(fake.commands).doesNotContain(RESTART);
    }

    @Test
    void theWaitForTheLockEndsWithTheWish() throws Exception {
        try (Leadership other = store.campaign(ElectionName.WORKER, "1", SOON, SOON)) {
            assertThat(other.isHeld()).isTrue();
            CompletableFuture<String> end = new CompletableFuture<>();
            Thread thread = new Thread(() -> end.complete(end(restart(store))));
            thread.start();
            Awaitility.await("the restart to begin").until(() -> !fake.commands.isEmpty());

            cancellation.request("the request has changed");

            assertThat(end.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("the request has changed");
        }
        assertThat(members()).containsExactlyInAnyOrder("boot-0", "boot-1", "boot-2");
    }

    @Test
    void anOutageOfEtcdIsWaitedFor() throws Exception {
        AtomicInteger campaigns = new AtomicInteger();

        restart(with("campaign", answer -> {
                    if (campaigns.incrementAndGet() <= 20) {
                        throw new StoreException("cannot get a lease of 10 s from etcd: no answer in time");
                    }
                    return answer.get();
                }))
                .run();

        assertThat(campaigns).hasValue(21);
        assertThat(fake.commands).containsOnlyOnce(RESTART);
    }

    @Test
    void nothingIsRestartedWhileAnotherMemberIsDown() throws Exception {
        request(NEXT);
        etcd.kill(1);
        AtomicInteger failures = new AtomicInteger();
        NecoStore seen = with("health", answer -> {
            try {
                return answer.get();
            } catch (StoreException e) {
                failures.incrementAndGet();
                throw e;
            }
        });
        CompletableFuture<String> end = new CompletableFuture<>();
        new Thread(() -> end.complete(end(new EtcdRestart(fake.host(), seen, NEXT, cancellation, AT_ONCE)))).start();
        Awaitility.await("it to have looked several times").until(() -> failures.get() > 2);
        assertThat(fake.commands).doesNotContain(RESTART);

        etcd.restart(1);

        assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo("restarted");
        assertThat(fake.commands).containsOnlyOnce(RESTART);
    }

    @Test
    void nothingIsDoneUnderALockThatWasLost() throws Exception {
        AtomicInteger campaigns = new AtomicInteger();

        restart(with("campaign", answer -> {
                    Leadership lock = (Leadership) answer.get();
                    if (campaigns.incrementAndGet() == 1) {
                        LostLocks.revoke(etcd, lock);
                    }
                    return lock;
                }))
                .run();

        assertThat(campaigns).hasValue(2);
        assertThat(fake.commands).containsOnlyOnce(RESTART);
    }

    @Test
    void aRestartThatFailsForAnotherReasonIsGivenUpAfterSeveralAttempts() throws Exception {
        fake.failures.put(RESTART, "Unit etcd-container.service has a bad unit file setting.");

        restart(store).run();

        assertThat(Collections.frequency(fake.commands, RESTART)).isEqualTo(14);
    }

    /** It would hold up every restart until the end of the update, which would therefore never come. */
    @Test
    void aNewProxyIsNotHeldUpByADeadMemberThatHasLeft() throws Exception {
        etcd.kill(2);
        Settings settings = new Settings(
                "none", Optional.of("http://10.0.49.3:3128"), Optional.empty(), Optional.empty(), Optional.empty());

        new FetchImages().run(new StepContext(fake.host(), store, REQUEST, settings, cancellation));

        assertThat(members()).containsExactlyInAnyOrder("boot-0", "boot-1");
        assertThat(fake.commands).contains("systemctl restart docker.service");
    }

    /** Step 1 has pulled it, but nothing has run from it since. */
    @Test
    void etcdIsNotStoppedWithoutTheImageThatItWouldBeStartedFrom() throws Exception {
        fake.missing.add("etcd");

        restart(store).run();

        assertThat(fake.commands).doesNotContain(RESTART);
        assertThat(members()).doesNotContain("boot-2");

        fake.missing.clear();
        restart(store).run();

        assertThat(fake.images).contains("etcd");
        assertThat(fake.commands).contains(RESTART);
    }

    /** The member of etcd that was asked may have been killed right after it had done it. */
    @Test
    void aRemovalWhoseFateIsUnknownIsNotRepeatedWhenItWasDone() throws Exception {
        AtomicInteger removals = new AtomicInteger();

        restart(with("removeMember", answer -> {
                    removals.incrementAndGet();
                    answer.get();
                    throw new StoreException("cannot remove member 1 from etcd: Connection reset");
                }))
                .run();

        assertThat(removals).hasValue(1);
        assertThat(members()).containsExactlyInAnyOrder("boot-0", "boot-1");
        assertThat(fake.commands).contains(RESTART);
    }

    private static String end(EtcdRestart restart) {
        try {
            restart.run();
            return "restarted";
        } catch (CancelledException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }

    private EtcdRestart restart(NecoStore seen) {
        return new EtcdRestart(fake.host(), seen, REQUEST, cancellation, AT_ONCE);
    }

    private void request(UpdateRequest request) throws InterruptedException {
        try (Leadership updater = store.campaign(ElectionName.UPDATER, "test", SOON, SOON)) {
            store.putRequest(request, updater.key());
        }
    }

    private List<String> members() {
        return store.members().stream().map(Member::name).toList();
    }

    private interface Happening {
        void happen() throws InterruptedException;
    }

    /** The same etcd, where something happens right after somebody has looked at the members. */
    private NecoStore withMembersSeen(Happening then) {
        return with("members", answer -> {
            Object members = answer.get();
            then.happen();
            return members;
        });
    }

    private interface Answer {
        Object get() throws Throwable;
    }

    private interface Fault {
        Object answer(Answer real) throws Throwable;
    }

    /** The same etcd, where one call ends otherwise. */
    private NecoStore with(String call, Fault fault) {
        return (NecoStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {NecoStore.class}, (proxy, method, arguments) -> {
                    Answer real = () -> {
                        try {
                            return method.invoke(store, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause() == null ? e : e.getCause();
                        }
                    };
                    return method.getName().equals(call) ? fault.answer(real) : real.get();
                });
    }
}
