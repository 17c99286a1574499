package io.neco.worker;

import io.neco.container.ContainerException;
import io.neco.host.Command;
import io.neco.program.etcd.EtcdProgram;
import io.neco.store.Leadership;
import io.neco.store.MalformedValueException;
import io.neco.store.Member;
import io.neco.store.MemberSurvey;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.update.UpdateRequest;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.Condition;
import io.neco.worker.step.RollingRestart;
import io.neco.worker.step.StepHost;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The end of an update: members of etcd that belong to no server of the request are removed, and this server's etcd is restarted, so that
 * it runs the new image with the new configuration.
 *
 * <p>Source: worker/worker.go at 1eec387, where each server sleeps 60 seconds times its place in the list instead, and the first one
 * removes members after its restart. Here whoever comes first removes them before it: a dead member that is no longer wanted would
 * otherwise stand in the way of the health that is asked for.
 */
final class EtcdRestart {
    private static final Logger log = LoggerFactory.getLogger(EtcdRestart.class);
    private static final String UNIT = EtcdProgram.SERVICE + ".service";
    private static final int ATTEMPTS = 14;
    private static final BackOff BACK_OFF = new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(30));
    private static final Duration PULL_DEADLINE = Duration.ofMinutes(10);
    private static final Duration SAFE_DEADLINE = Duration.ofMinutes(2);
    private static final Duration REMOVE_DEADLINE = Duration.ofMinutes(1);

    private final StepHost host;
    private final NecoStore store;
    private final UpdateRequest request;
    private final Cancellation cancellation;
    private final BackOff backOff;

    EtcdRestart(StepHost host, NecoStore store, UpdateRequest request, Cancellation cancellation) {
        this(host, store, request, cancellation, BACK_OFF);
    }

    EtcdRestart(StepHost host, NecoStore store, UpdateRequest request, Cancellation cancellation, BackOff backOff) {
        this.host = host;
        this.store = store;
        this.request = request;
        this.cancellation = cancellation;
        this.backOff = backOff;
    }

    /**
     * Tries until it is done. While etcd does not answer, or another server holds the lock, this goes on without end: only a cancellation
     * ends it. After other failures it gives up at last, with an error in the log.
     */
    void run() throws CancelledException, InterruptedException {
        int failed = 0;
        boolean isOut = false;
        for (int attempt = 1; ; attempt++) {
            try {
                reloadUnit();
                new RollingRestart(host, store, cancellation)
                        .run(
                                "restart etcd",
                                lock -> {
                                    removeStrangers(lock);
                                    haveImage();
                                },
                                () -> host.systemd().restart(UNIT));
                return;
            } catch (IOException | StoreException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped");
                }
                boolean wasOut = isOut;
                isOut = e instanceof StoreException && !(e instanceof MalformedValueException);
                failed += isOut ? 0 : 1;
                boolean isLast = failed == ATTEMPTS;
                // an outage is told once
                log.atLevel(isOut && wasOut ? Level.DEBUG : Level.ERROR)
                        .addKeyValue("attempt", attempt)
                        .addKeyValue("error", e.getMessage())
                        .log(isLast ? "cannot restart etcd, giving up; " + advice(e) : "cannot restart etcd yet");
                if (isLast) {
                    return;
                }
            }
            cancellation.rest(backOff.after(attempt));
        }
    }

    /** A restart without the image would be the end of this member. */
    private String advice(Exception failure) {
        String restart = "when all members are healthy run `systemctl restart " + UNIT + "`";
        return failure instanceof ContainerException
                ? "first make sure that `docker pull "
                        + host.containers().fullName(host.artifacts().image(EtcdProgram.IMAGE))
                        + "` succeeds on this server, then " + restart
                : restart;
    }

    /**
     * Without it etcd would be stopped and not start again: the image was pulled in step 1, perhaps long ago, and images that nothing runs
     * from are cleaned up.
     */
    private void haveImage() throws IOException, CancelledException, InterruptedException {
        cancellation.interrupting(
                () -> host.containers().pull(host.artifacts().image(EtcdProgram.IMAGE), PULL_DEADLINE));
    }

    /** Before the lock is taken, since it takes a while and harms nobody. */
    private void reloadUnit() throws IOException, InterruptedException {
        String answer = host.commands()
                .run(Command.of("systemctl", "show", "--property=NeedDaemonReload", "--value", UNIT)
                        .silent())
                .stdout()
                .strip();
        if (!answer.equals("no")) {
            host.commands().run(Command.of("systemctl", "daemon-reload")).orThrow();
        }
    }

    private void removeStrangers(Leadership lock) throws IOException, CancelledException, InterruptedException {
        Set<String> wanted =
                request.servers().stream().map(EtcdProgram::memberName).collect(Collectors.toSet());
        List<Member> members = store.members();
        for (Member member : members) {
            if (!wanted.contains(member.name())) {
                awaitSafety(member);
                if (isStranger(member, lock)) {
                    log.atInfo()
                            .addKeyValue("name", member.name())
                            .addKeyValue("peer_urls", member.peerUrls())
                            .log("removing etcd member");
                    remove(member, lock);
                }
            }
        }
    }

    /**
     * To be asked right before a removal: this server may have stood still while it waited, and a newer request may have brought that very
     * member. Nobody joins while the lock is held.
     */
    private boolean isStranger(Member member, Leadership lock) throws IOException, CancelledException {
        Optional<UpdateRequest> current = store.snapshot().request();
        boolean isCurrent = current.equals(Optional.of(request)) || current.equals(Optional.of(request.stopped()));
        if (!isCurrent) {
            log.atWarn()
                    .addKeyValue("name", member.name())
                    .addKeyValue("peer_urls", member.peerUrls())
                    .log("etcd member is not removed, since the request has changed");
        }
        cancellation.check();
        if (!lock.confirm()) {
            throw new IOException("cannot remove members of etcd: lost the workers' lock");
        }
        return isCurrent;
    }

    /** Those that stay must have a majority without it; one that does not answer may just be restarting. */
    private void awaitSafety(Member member) throws IOException, CancelledException, InterruptedException {
        Condition isSafe = () -> MemberSurvey.of(store).whyRemovalIsUnsafe(member.id());
        isSafe.await(
                "etcd to be able to do without " + nameOf(member),
                SAFE_DEADLINE,
                "see `journalctl -u " + EtcdProgram.SERVICE + "` on the servers named",
                cancellation);
    }

    private static String nameOf(Member member) {
        return member.name().isEmpty() ? String.join(", ", member.peerUrls()) : member.name();
    }

    private void remove(Member member, Leadership lock) throws IOException, CancelledException, InterruptedException {
        long begin = System.nanoTime();
        do {
            try {
                store.removeMember(member.id());
                return;
            } catch (StoreException e) {
                // the one that was asked may have been killed right after it had done it
                if (store.members().stream().noneMatch(m -> m.id() == member.id())) {
                    return;
                }
                // etcd refuses while it takes itself for unhealthy
                if (System.nanoTime() - begin > REMOVE_DEADLINE.toNanos()) {
                    throw new IOException("etcd does not remove member " + nameOf(member) + ": " + e.getMessage(), e);
                }
                log.atDebug().addKeyValue("error", e.getMessage()).log("etcd: not removed yet");
            }
            cancellation.rest(Duration.ofMillis(500));
        } while (isStranger(member, lock));
    }
}
