package io.neco.worker.step;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.program.etcd.EtcdPeer;
import io.neco.program.etcd.EtcdProgram;
import io.neco.store.Leadership;
import io.neco.store.Member;
import io.neco.store.MemberSurvey;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this server a member of etcd: as a learner, which no majority depends on, until it has caught up; where etcd is older than 3.4,
 * with a vote from the beginning. May be repeated at any point.
 *
 * <p>Source: worker/etcd.go at 1eec387, which always adds with a vote; see docs/life.md.
 */
final class EtcdMembership {
    private static final Logger log = LoggerFactory.getLogger(EtcdMembership.class);
    /** Three attempts make 24 minutes, in which a machine has booted; one ends before those who wait for the lock give up. */
    private static final Duration HEALTH_DEADLINE = Duration.ofMinutes(8);

    private static final Duration ADD_DEADLINE = Duration.ofMinutes(1);
    private static final Duration SYNC_DEADLINE = Duration.ofMinutes(10);
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");
    private static final int MAJOR = 3;
    private static final int LEARNER_MINOR = 4;
    private static final String DATA = HostPaths.ETCD_DATA_DIR + "/member";
    private static final String UNIT = EtcdProgram.SERVICE + ".service";

    private final StepContext context;
    private final StepHost host;
    private final NecoStore store;
    private final String name;
    private final String peerUrl;
    private final String unitText;
    private final Leadership lock;
    private final Duration addDeadline;

    /** @param lock the workers' lock; members are added and removed only while it is held */
    EtcdMembership(StepContext context, String unitText, Leadership lock) {
        this(context, unitText, lock, ADD_DEADLINE);
    }

    /** @param addDeadline how long to ask etcd to add this server */
    EtcdMembership(StepContext context, String unitText, Leadership lock, Duration addDeadline) {
        this.context = context;
        this.host = context.host();
        this.store = context.store();
        this.name = EtcdProgram.memberName(host.lrn());
        this.peerUrl = host.servers().etcdPeerUrl(host.lrn());
        this.unitText = unitText;
        this.lock = lock;
        this.addDeadline = addDeadline;
    }

    /** Joins, or finishes joining; does nothing for a member that votes. */
    void ensure() throws IOException, CancelledException, InterruptedException {
        List<Member> members = store.members();
        Optional<Member> known = own(members);
        if (known.isPresent() && !known.get().name().isEmpty() && !known.get().isLearner()) {
            return;
        }
        if (known.isEmpty()) {
            removeDeadStrangers(context, lock);
            endEarlierMembership();
            members = add();
        }
        Member own = own(members)
                .orElseThrow(() -> new IOException("etcd does not list " + peerUrl + " although it was just added"));
        long revision = store.snapshot().revision();
        if (own.name().isEmpty()) {
            setForeignDataAside();
            writeFiles(members);
        }
        host.systemd().enableNow(UNIT);
        String endpoint = host.servers().etcdEndpoint(host.lrn());
        Condition synchronised = () -> behind(endpoint, revision);
        synchronised.await(
                "etcd of this server to synchronize",
                SYNC_DEADLINE,
                "see `journalctl -u " + EtcdProgram.SERVICE + "` on this server",
                context.cancellation());
        if (own.isLearner()) {
            promote(own.id());
        }
        log.info("etcd: joined the cluster");
        context.changed("member " + name);
    }

    private Optional<Member> own(List<Member> members) {
        return members.stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .or(() -> members.stream()
                        .filter(m -> m.peerUrls().contains(peerUrl))
                        .findFirst());
    }

    /** To be asked right before a change of the members: this server may have stood still meanwhile. */
    private static void checkTurn(StepContext context, Leadership lock) throws IOException, CancelledException {
        context.cancellation().check();
        if (!lock.confirm()) {
            throw new IOException("cannot change the members of etcd: lost the workers' lock");
        }
    }

    private static Set<String> expected(StepContext context) {
        return context.request().servers().stream().map(EtcdProgram::memberName).collect(Collectors.toSet());
    }

    /**
     * One more member raises the number of those that are needed, so that those that do not answer go first: only members that the request does
     * not want, or that have never been started. One look at them is enough: at its end the update removes the former whatever they are
     * like, so nothing is lost when such a one was just restarting.
     *
     * @param lock the workers' lock
     */
    static void removeDeadStrangers(StepContext context, Leadership lock) throws IOException, CancelledException {
        NecoStore store = context.store();
        Set<String> expected = expected(context);
        for (MemberSurvey.Entry entry : MemberSurvey.of(store).entries()) {
            if (expected.contains(entry.member().name()) || entry.isHealthy()) {
                continue;
            }
            // asked anew, as each removal changes what is needed
            if (MemberSurvey.of(store).whyRemovalIsUnsafe(entry.member().id()).isEmpty()) {
                checkTurn(context, lock);
                log.atInfo()
                        .addKeyValue("name", entry.name())
                        .addKeyValue("problem", entry.problem().orElse(""))
                        .log("removing etcd member");
                store.removeMember(entry.member().id());
            }
        }
    }

    /**
     * What is there although this server is no member is of an earlier membership, with whose data etcd would refuse to start. From here on it
     * has no configuration either, until it gets the right one: other services want it, so that systemd may start it at any moment, and with the
     * former configuration it would make such data anew.
     */
    private void endEarlierMembership() throws IOException, InterruptedException {
        stop();
        host.files().deleteIfExists(HostPaths.ETCD_CONFIG_FILE);
        setDataAside();
    }

    /** What a member that has never told its name finds as its data may be what an etcd with a former configuration has left. */
    private void setForeignDataAside() throws IOException, InterruptedException {
        if (!isOwnData()) {
            stop();
            if (!isOwnData()) { // it may have come to have a log of its own until the stop
                setDataAside();
            }
        }
    }

    /** Data of a member that took part once must stay: the others count on what it has confirmed to have stored. */
    private boolean isOwnData() throws IOException {
        boolean isJoining = host.files()
                .readIfExists(HostPaths.ETCD_CONFIG_FILE)
                .filter(EtcdProgram::isOfJoiningMember)
                .isPresent();
        // an etcd that is refused as a member makes a database, and ends before it makes a log
        return isJoining && host.files().exists(DATA + "/wal");
    }

    private void stop() throws IOException, InterruptedException {
        if (host.files().exists(HostPaths.serviceUnit(EtcdProgram.SERVICE))) {
            host.systemd().stopService(EtcdProgram.SERVICE);
        }
    }

    private void setDataAside() throws IOException {
        HostFiles files = host.files();
        if (!files.exists(DATA)) {
            return;
        }
        String aside = files.setAside(DATA);
        log.atWarn()
                .addKeyValue("path", DATA)
                .addKeyValue("moved_to", aside)
                .log("etcd: data of an earlier membership was set aside");
        context.changed(aside);
    }

    private List<Member> add() throws IOException, CancelledException, InterruptedException {
        Set<String> expected = expected(context);
        new EtcdGate(store).awaitHealthy(m -> expected.contains(m.name()), HEALTH_DEADLINE, context.cancellation());
        boolean isLearner = store.members().stream()
                .filter(m -> expected.contains(m.name()))
                .allMatch(this::knowsLearners);
        long begin = System.nanoTime();
        while (true) {
            checkTurn(context, lock);
            try {
                List<Member> members = isLearner ? store.addLearner(peerUrl) : store.addMember(peerUrl);
                log.atInfo()
                        .addKeyValue("peer_url", peerUrl)
                        .addKeyValue("learner", isLearner)
                        .log("etcd: member added");
                return members;
            } catch (StoreException e) {
                // the member that was asked may have been killed right after it had done it
                List<Member> members = store.members();
                if (own(members).isPresent()) {
                    return members;
                }
                // etcd refuses while it takes itself for unhealthy, e.g. while another boot server is being rebooted
                if (System.nanoTime() - begin > addDeadline.toNanos()) {
                    throw new IOException("etcd does not accept member " + peerUrl + ": " + e.getMessage(), e);
                }
                log.atDebug().addKeyValue("error", e.getMessage()).log("etcd: not added yet");
            }
            context.cancellation().rest(Duration.ofMillis(500));
        }
    }

    private boolean knowsLearners(Member member) {
        return !member.clientUrls().isEmpty()
                && knowsLearners(store.health(member.clientUrls().get(0)).version());
    }

    /** Whether etcd of this version has members that do not vote. */
    static boolean knowsLearners(String version) {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.lookingAt()) {
            return false;
        }
        int major = Integer.parseInt(matcher.group(1));
        return major > MAJOR || (major == MAJOR && Integer.parseInt(matcher.group(2)) >= LEARNER_MINOR);
    }

    private void writeFiles(List<Member> members) throws IOException {
        host.files()
                .write(
                        HostPaths.ETCD_CONFIG_FILE,
                        EtcdProgram.addConfig(
                                host.lrn(),
                                members.stream()
                                        .map(m -> new EtcdPeer(m.name(), m.peerUrls()))
                                        .toList(),
                                host.servers()),
                        FileMode.WORLD_READABLE);
        host.files().createDirectory(HostPaths.ETCD_DATA_DIR, FileMode.CONTAINER_DIRECTORY);
        host.files().write(HostPaths.serviceUnit(EtcdProgram.SERVICE), unitText, FileMode.WORLD_READABLE);
    }

    private Optional<String> behind(String endpoint, long revision) {
        long reached = store.health(endpoint).revision();
        return reached >= revision ? Optional.empty() : Optional.of("it is at revision " + reached + " of " + revision);
    }

    /** etcd refuses until the learner has caught up, which is what is waited for. */
    private void promote(long id) throws IOException, CancelledException, InterruptedException {
        Condition promoted = () -> {
            boolean isLearner = store.members().stream().anyMatch(m -> m.id() == id && m.isLearner());
            if (!isLearner) {
                return Optional.empty();
            }
            store.promoteMember(id);
            return Optional.of("it was just promoted");
        };
        promoted.await(
                "etcd to let this server's member vote",
                SYNC_DEADLINE,
                "see `journalctl -u " + EtcdProgram.SERVICE + "` on this server",
                context.cancellation());
    }
}
