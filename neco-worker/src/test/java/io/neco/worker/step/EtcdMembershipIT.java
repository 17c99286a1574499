package io.neco.worker.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.BootServer;
import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.host.Site;
import io.neco.program.etcd.EtcdPeer;
import io.neco.program.etcd.EtcdProgram;
import io.neco.store.ElectionName;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.Member;
import io.neco.store.MemberHealth;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A fourth boot server becomes a member of a real etcd of three. */
class EtcdMembershipIT {
    private static final OffsetDateTime BEGIN = OffsetDateTime.of(2022, 5, 25, 0, 0, 0, 0, ZoneOffset.UTC);
    private static final String ENDPOINT = "https://10.69.2.67:2379";
    private static final String PEER_URL = "https://10.69.2.67:2380";
    private static final String OLD_CONFIG =
            EtcdProgram.newConfig(3, List.of(0, 1, 2, 3), new BootServer(Site.defaults()));
    private static final String STOP = "systemctl stop etcd-container.service";
    private static final String START = "systemctl enable --now etcd-container.service";

    private final EtcdCluster etcd = EtcdCluster.three().named("boot-");
    /** Changes of the members, in order. */
    private final List<String> calls = new CopyOnWriteArrayList<>();

    @TempDir
    private Path dir;

    private FakeHost fake;
    private EtcdStore real;
    private String realPeerUrl = "";
    private Optional<String> version = Optional.empty();
    /** What etcd says to every addition; empty: it does it. */
    private Optional<String> refusal = Optional.empty();

    private boolean isAnswerLost;
    private boolean isStarted;
    private Integer[] others = {0, 1, 2};

    @BeforeEach
    void start() {
        etcd.start();
        fake = new FakeHost(dir, 3);
        real = EtcdStore.open(etcd.config());
        realPeerUrl = etcd.reserveNewcomer();
    }

    @AfterEach
    void stop() {
        real.close();
        etcd.close();
    }

    /** The test's etcd, whose new member passes for the one at node0 of boot server 3, and which systemd starts. */
    private NecoStore store() {
        return (NecoStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {NecoStore.class}, (proxy, method, arguments) -> {
                    Object first = arguments == null ? "" : arguments[0];
                    return switch (method.getName()) {
                        case "members" -> translated(real.members());
                        case "addLearner", "addMember" -> add(method.getName(), first);
                        case "promoteMember" -> {
                            real.promoteMember((Long) first);
                            calls.add("promoteMember");
                            yield null;
                        }
                        case "health" -> health((String) first);
                        default -> {
                            try {
                                yield method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause() == null ? e : e.getCause();
                            }
                        }
                    };
                });
    }

    private List<Member> add(String how, Object peerUrl) {
        assertThat(peerUrl).isEqualTo(PEER_URL);
        calls.add(how);
        if (refusal.isPresent()) {
            throw new StoreException(refusal.get());
        }
        List<Member> members =
                translated(how.equals("addLearner") ? real.addLearner(realPeerUrl) : real.addMember(realPeerUrl));
        if (isAnswerLost) {
            throw new StoreException("cannot add learner " + PEER_URL + " to etcd: Connection reset");
        }
        return members;
    }

    private MemberHealth health(String endpoint) {
        startIfAsked();
        MemberHealth health = real.health(endpoint.equals(ENDPOINT) ? etcd.endpoint(3) : endpoint);
        return new MemberHealth(
                health.endpoint(),
                version.orElse(health.version()),
                health.revision(),
                health.raftIndex(),
                health.raftAppliedIndex(),
                health.leaderId(),
                health.memberId());
    }

    private void startIfAsked() {
        if (!isStarted && fake.commands.contains(START)) {
            isStarted = true;
            etcd.startNewcomer(others);
        }
    }

    private List<Member> translated(List<Member> members) {
        List<Member> all = new ArrayList<>();
        for (Member m : members) {
            boolean isNew = m.peerUrls().contains(realPeerUrl);
            all.add(new Member(
                    m.id(), m.name(), isNew ? List.of(PEER_URL) : m.peerUrls(), m.clientUrls(), m.isLearner()));
        }
        return all;
    }

    private StepContext context(Integer... servers) {
        UpdateRequest request = new UpdateRequest("1.0.0", List.of(servers), false, BEGIN);
        Settings settings =
                new Settings("none", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        return new StepContext(fake.host(), store(), request, settings, new Cancellation());
    }

    @Test
    void aNewcomerLearnsBeforeItVotes() throws Exception {
        real.putSshPublicKey("something to learn");
        StepContext context = context(0, 1, 2, 3);

        new UpdateEtcd().run(context);

        assertThat(calls).containsExactly("addLearner", "promoteMember");
        assertThat(real.members()).extracting(Member::name).contains("boot-3");
        assertThat(real.members()).noneMatch(Member::isLearner);
        assertThat(context.changes()).contains("member boot-3");
        assertThat(fake.commands).contains(START);

        StepContext again = context(0, 1, 2, 3);
        new UpdateEtcd().run(again);
        assertThat(calls).hasSize(2);
        assertThat(again.changes()).isEmpty();
    }

    @Test
    void whereEtcdKnowsNoLearnersTheNewcomerVotesAtOnce() throws Exception {
        version = Optional.of("3.3.27");

        new UpdateEtcd().run(context(0, 1, 2, 3));

        assertThat(calls).containsExactly("addMember");
        assertThat(real.members()).extracting(Member::name).contains("boot-3");
    }

    @Test
    void aStepThatWasInterruptedAfterTheAdditionGoesOn() throws Exception {
        real.addLearner(realPeerUrl);

        new UpdateEtcd().run(context(0, 1, 2, 3));

        assertThat(calls).containsExactly("promoteMember");
        assertThat(real.members()).hasSize(4).noneMatch(Member::isLearner);
    }

    /** The member of etcd that was asked may have been killed right after it had done it. */
    @Test
    void anAdditionWhoseFateIsUnknownIsNotRepeatedWhenItWasDone() throws Exception {
        isAnswerLost = true;

        new UpdateEtcd().run(context(0, 1, 2, 3));

        assertThat(calls).containsExactly("addLearner", "promoteMember");
        assertThat(real.members()).hasSize(4).noneMatch(Member::isLearner);
    }

    /** As it does while another boot server is being rebooted. */
    @Test
    void aStepWhoseAdditionEtcdRefusesMayBeRunAgain() throws Exception {
        refusal = Optional.of("etcdserver: unhealthy cluster");
        try (Leadership lock =
                real.campaign(ElectionName.WORKER, "3", Duration.ofSeconds(10), Duration.ofSeconds(10))) {
            EtcdMembership membership = new EtcdMembership(context(0, 1, 2, 3), "[Unit]\n", lock, Duration.ZERO);

            assertThatThrownBy(membership::ensure)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(StepFailedException.class)
                    .hasMessage("etcd does not accept member " + PEER_URL + ": etcdserver: unhealthy cluster");
        }
        assertThat(real.members()).hasSize(3);
    }

    @Test
    void dataOfAnEarlierLifeIsSetAside() throws Exception {
        fake.files.write(HostPaths.ETCD_DATA_DIR + "/member/snap/db", "old", FileMode.PRIVATE);
        fake.files.write(HostPaths.serviceUnit("etcd-container"), "[Unit]\n", FileMode.WORLD_READABLE);

        new UpdateEtcd().run(context(0, 1, 2, 3));

        assertThat(Files.readString(dir.resolve("var/lib/etcd-container/member.old-1/snap/db")))
                .isEqualTo("old");
        assertThat(fake.files.exists(HostPaths.ETCD_DATA_DIR + "/member")).isFalse();
        assertThat(fake.commands).containsSubsequence(STOP, START);
    }

    /** systemd may start etcd at any moment before this server is a member: e.g. with Vault, which wants it, or after a reboot. */
    @Test
    void untilItIsAMemberEtcdCannotStartWithTheConfigurationOfAnEarlierLife() throws Exception {
        fake.files.write(HostPaths.ETCD_CONFIG_FILE, OLD_CONFIG, FileMode.WORLD_READABLE);
        fake.files.write(HostPaths.serviceUnit("etcd-container"), "[Unit]\n", FileMode.WORLD_READABLE);
        refusal = Optional.of("etcdserver: unhealthy cluster");
        try (Leadership lock =
                real.campaign(ElectionName.WORKER, "3", Duration.ofSeconds(10), Duration.ofSeconds(10))) {
            EtcdMembership membership = new EtcdMembership(context(0, 1, 2, 3), "[Unit]\n", lock, Duration.ZERO);
            assertThatThrownBy(membership::ensure).isInstanceOf(IOException.class);
        }

        assertThat(fake.files.exists(HostPaths.ETCD_CONFIG_FILE)).isFalse();
        assertThat(fake.commands).contains(STOP);
    }

    @Test
    void dataThatAnEtcdOfAnEarlierLifeHasMadeMeanwhileIsSetAside() throws Exception {
        real.addLearner(realPeerUrl);
        fake.files.write(HostPaths.ETCD_CONFIG_FILE, OLD_CONFIG, FileMode.WORLD_READABLE);
        fake.files.write(HostPaths.ETCD_DATA_DIR + "/member/wal/0.wal", "bogus", FileMode.PRIVATE);
        fake.files.write(HostPaths.serviceUnit("etcd-container"), "[Unit]\n", FileMode.WORLD_READABLE);

        new UpdateEtcd().run(context(0, 1, 2, 3));

        assertThat(fake.files.exists(HostPaths.ETCD_DATA_DIR + "/member")).isFalse();
        assertThat(fake.commands).containsSubsequence(STOP, START);
        assertThat(calls).containsExactly("promoteMember");
    }

    /** Such an etcd ends before it has a log of its own; this one's configuration may have been written since. */
    @Test
    void dataWithoutALogIsOfNoMember() throws Exception {
        real.addLearner(realPeerUrl);
        joining();
        fake.files.write(HostPaths.ETCD_DATA_DIR + "/member/snap/db", "bogus", FileMode.PRIVATE);

        new UpdateEtcd().run(context(0, 1, 2, 3));

        assertThat(fake.files.exists(HostPaths.ETCD_DATA_DIR + "/member")).isFalse();
    }

    /** It may have told the others already what it has stored, and would be of no use any more without it. */
    @Test
    void dataOfTheMemberThatIsJoiningStays() throws Exception {
        real.addLearner(realPeerUrl);
        joining();
        fake.files.write(HostPaths.ETCD_DATA_DIR + "/member/wal/0.wal", "own", FileMode.PRIVATE);

        new UpdateEtcd().run(context(0, 1, 2, 3));

        assertThat(fake.files.read(HostPaths.ETCD_DATA_DIR + "/member/wal/0.wal"))
                .isEqualTo("own");
        assertThat(fake.commands).doesNotContain(STOP);
    }

    /** As a step leaves the host that was interrupted after it had written etcd's files. */
    private void joining() throws IOException {
        fake.files.write(
                HostPaths.ETCD_CONFIG_FILE,
                EtcdProgram.addConfig(
                        3,
                        List.of(new EtcdPeer("", List.of(PEER_URL))),
                        fake.host().servers()),
                FileMode.WORLD_READABLE);
        fake.files.write(HostPaths.serviceUnit("etcd-container"), "[Unit]\n", FileMode.WORLD_READABLE);
    }

    @Test
    void aDeadMemberThatIsNotWantedGoesBeforeOneMoreComes() throws Exception {
        etcd.kill(1);
        others = new Integer[] {0, 2};

        new UpdateEtcd().run(context(0, 2, 3));

        assertThat(real.members()).extracting(Member::name).containsExactlyInAnyOrder("boot-0", "boot-2", "boot-3");
    }

    @Test
    void nobodyIsAddedWhileAWantedMemberIsOut() {
        etcd.kill(1);
        StepContext context = context(0, 1, 2, 3);
        Thread stopper = new Thread(() -> {
            org.awaitility.Awaitility.await("the step to wait").until(() -> fake.runs.size() == 1);
            context.cancellation().request("enough");
        });
        stopper.start();

        assertThatThrownBy(() -> new UpdateEtcd().run(context))
                .isInstanceOfAny(CancelledException.class, StoreException.class);
        assertThat(calls).isEmpty();
        assertThat(real.members()).hasSize(3);
    }

    @Test
    void aWantedMemberThatIsAwayIsWaitedForAndNotRemoved() throws Exception {
        etcd.kill(1);
        StepContext context = context(0, 1, 2, 3);
        Thread boot = new Thread(() -> {
            try {
                org.awaitility.Awaitility.await("the newcomer to wait")
                        .until(() -> context.cancellation().awaited().contains("boot-1"));
            } finally {
                etcd.restart(1);
            }
        });
        boot.start();

        new UpdateEtcd().run(context);

        assertThat(calls).containsExactly("addLearner", "promoteMember");
    }

    @ParameterizedTest
    @CsvSource({"3.4.23,true", "3.5.4,true", "4.0.0,true", "3.3.27,false", "2.3.8,false", "'',false"})
    void learnersCameWithEtcd34(String reported, boolean isKnown) {
        assertThat(EtcdMembership.knowsLearners(reported)).isEqualTo(isKnown);
    }
}
