package io.neco.store;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to all members, and the rules by which a call finds one: reads go to the member that answered last and move on
 * when it fails; writes go only to a member that answered a moment ago, and once only.
 */
final class EtcdConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdConnection.class);
    private static final Duration CLOSE_WAIT = Duration.ofMillis(300);
    /** Longer than a member takes that is there, even on a busy machine. */
    private static final Duration HEAD_START = Duration.ofMillis(400);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final EtcdConfig config;
    private final Timing timing;
    private final List<EtcdMember> members;
    private final Map<String, EtcdMember> probed = new ConcurrentHashMap<>();
    private final MemberConnector connector;
    private final PasswordToken token = new PasswordToken();
    private final ReentrantLock loggingIn = new ReentrantLock();
    private volatile int preferred;
    private volatile boolean closed;

    private EtcdConnection(EtcdConfig config, Timing timing) {
        this.config = config;
        this.timing = timing;
        List<EndpointAddress> addresses = config.endpoints().stream()
                .map(url -> EndpointAddress.parse(url, "configuration"))
                .toList();
        this.connector = new MemberConnector(config, addresses, token);
        this.members = addresses.stream().map(connector::connectTo).toList();
    }

    /**
     * Returns when the first member has answered. They are asked one after the other, this host's first, each when the one before has failed or
     * has been silent for a moment: TLS to all three would cost a program that has just started a fifth of its processor time, and it
     * needs one. The other connections are made when they are needed.
     *
     * @throws StoreTimeoutException when all are silent until the deadline
     * @throws StoreException when none answers for another reason; the message has each endpoint's
     */
    static EtcdConnection open(EtcdConfig config, Timing timing) {
        EtcdConnection connection = new EtcdConnection(config, timing);
        boolean done = false;
        try {
            connection.awaitFirstAnswer();
            connection.logIn(connection.token(), Deadline.in(timing.connect()));
            done = true;
            return connection;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    /** The token that calls are made with now, see {@link #logIn}. */
    Optional<String> token() {
        return token.current();
    }

    /**
     * Gets a token for the configured user, from one member after the other; the old one stays until there is a new one. Nothing to do
     * when users are known by certificate, or another thread has got one meanwhile.
     *
     * @param used what {@link #token} was when etcd refused it
     * @throws StoreException when there is none within {@code deadline}, or etcd does not know user and password
     */
    void logIn(Optional<String> used, Deadline deadline) {
        if (config.username().isEmpty()) {
            return;
        }
        String what = "log in to etcd as " + config.username();
        try {
            if (!loggingIn.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new StoreTimeoutException("cannot " + what + ": another call is still trying to");
            }
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
        try {
            if (token.current().equals(used)) {
                token.set(repeatable(
                                what,
                                AuthGrpc.getAuthenticateMethod(),
                                AuthenticateRequest.newBuilder()
                                        .setName(config.username())
                                        .setPassword(config.password())
                                        .build(),
                                deadline)
                        .getToken());
            }
        } catch (StoreException e) {
            if (!(e.getCause() instanceof EtcdMember.CallFailed failed)
                    || failed.failure().getStatus().getCode() != Status.Code.FAILED_PRECONDITION) {
                throw e;
            }
            LOG.debug("etcd's authentication is off; user {} is not needed", config.username());
        } finally {
            loggingIn.unlock();
        }
    }

    /** Whether a call failed for want of a token that is of use; gets a new one then. */
    private boolean renewedToken(EtcdMember.CallFailed e, Optional<String> used, Deadline deadline) {
        if (config.username().isEmpty() || !EtcdFailure.isForWantOfToken(e.failure())) {
            return false;
        }
        logIn(used, deadline);
        return true;
    }

    EtcdConfig config() {
        return config;
    }

    Timing timing() {
        return timing;
    }

    private void awaitFirstAnswer() {
        Deadline deadline = Deadline.in(timing.connect());
        BlockingQueue<Map.Entry<Integer, Optional<EtcdMember.CallFailed>>> answers = new LinkedBlockingQueue<>();
        List<Thread> askers = new ArrayList<>();
        Duration headStart = shorter(HEAD_START, timing.connect().dividedBy(2L * members.size()));
        int nearest = nearest();
        Map<String, String> reasons = new LinkedHashMap<>();
        boolean isSilent = true;
        try {
            while (reasons.size() < members.size()) {
                if (askers.size() < members.size()) {
                    int index = (nearest + askers.size()) % members.size();
                    Thread asker =
                            new Thread(() -> ask(index, timing.connect(), answers), "neco-etcd-connect-" + index);
                    asker.setDaemon(true);
                    asker.start();
                    askers.add(asker);
                }
                boolean isLast = askers.size() == members.size();
                Duration patience = isLast ? deadline.remaining() : deadline.atMost(headStart);
                var answer = answers.poll(patience.toMillis() + 1, TimeUnit.MILLISECONDS);
                if (answer == null && isLast) {
                    break;
                }
                if (answer == null) {
                    continue;
                }
                if (answer.getValue().isEmpty()) {
                    preferred = answer.getKey();
                    return;
                }
                StatusRuntimeException failure = answer.getValue().get().failure();
                isSilent &= failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
                reasons.put(members.get(answer.getKey()).url(), EtcdFailure.firstContactReason(failure));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while connecting to etcd at " + endpoints(), e);
        } finally {
            askers.forEach(Thread::interrupt);
        }
        for (EtcdMember member : members) {
            reasons.putIfAbsent(
                    member.url(), "no answer within " + timing.connect().toMillis() + " ms");
        }
        String message = "cannot connect to etcd: " + describe(reasons);
        throw isSilent ? new StoreTimeoutException(message) : new StoreException(message);
    }

    /** This host's member; the first one where there is none. */
    private int nearest() {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).address().isOfThisHost()) {
                return i;
            }
        }
        return 0;
    }

    private void ask(
            int index, Duration timeout, BlockingQueue<Map.Entry<Integer, Optional<EtcdMember.CallFailed>>> answers) {
        try {
            members.get(index)
                    .call(MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(), false, timeout);
            answers.add(Map.entry(index, Optional.empty()));
        } catch (EtcdMember.CallFailed e) {
            // a member that answers "no" is connected all the same
            boolean connected = !EtcdFailure.isPassing(e.failure());
            answers.add(Map.entry(index, connected ? Optional.empty() : Optional.of(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The endpoints, for messages. */
    String endpoints() {
        return String.join(", ", config.endpoints());
    }

    /** The member that answered last. */
    EtcdMember preferredMember() {
        return members.get(preferred);
    }

    /** The member to try after {@code failed}. */
    EtcdMember memberAfter(EtcdMember failed) {
        return members.get((members.indexOf(failed) + 1) % members.size());
    }

    /** A member no call should prefer any more, since it went silent. */
    void distrust(EtcdMember member) {
        if (members.get(preferred) == member) {
            preferred = (members.indexOf(member) + 1) % members.size();
        }
    }

    /** How many members are configured. */
    int size() {
        return members.size();
    }

    /** A call that changes nothing, or changes the same when repeated: asked of one member after the other until the deadline. */
    <Q, R> R repeatable(String what, MethodDescriptor<Q, R> method, Q request) {
        return repeatable(what, method, request, Deadline.in(timing.read()));
    }

    /** As {@link #repeatable(String, MethodDescriptor, Object)}, within {@code deadline}. */
    <Q, R> R repeatable(String what, MethodDescriptor<Q, R> method, Q request, Deadline deadline) {
        Map<String, String> reasons = new LinkedHashMap<>();
        Duration pause = FIRST_PAUSE;
        // early enough to ask every member once
        Duration attempt = shorter(timing.attempt(), deadline.remaining().dividedBy(members.size()));
        EtcdMember.CallFailed last = null;
        boolean renewed = !PasswordToken.isNeededBy(method);
        while (true) {
            boolean onlyHandshakes = true;
            int first = preferred;
            for (int i = 0; i < members.size(); i++) {
                int index = (first + i) % members.size();
                EtcdMember member = members.get(index);
                Optional<String> used = token.current();
                Duration patience = deadline.atMost(attempt);
                try {
                    R answer = member.call(method, request, true, patience);
                    preferred = index;
                    return answer;
                } catch (EtcdMember.CallFailed e) {
                    if (!renewed && renewedToken(e, used, deadline)) {
                        renewed = true;
                    } else if (!EtcdFailure.isPassing(e.failure())) {
                        throw failed(what, member, e);
                    }
                    last = e;
                    // what it said before tells more than that it said nothing in the last moment
                    boolean isCutShort = patience.compareTo(attempt) < 0
                            && e.failure().getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
                    if (!isCutShort || !reasons.containsKey(member.url())) {
                        reasons.put(member.url(), EtcdFailure.reason(e.failure()));
                    }
                    onlyHandshakes &= EtcdFailure.isHandshakeFailure(e.failure());
                } catch (InterruptedException e) {
                    throw interrupted(what, e);
                }
                if (deadline.isOver() || closed) {
                    break;
                }
            }
            if (!onlyHandshakes) {
                pause(what, shorter(pause, deadline.remaining()));
            }
            if (onlyHandshakes || closed) {
                throw new StoreException("cannot " + what + ": " + describe(reasons), last);
            }
            if (deadline.isOver()) {
                throw new StoreTimeoutException("cannot " + what + ": " + describe(reasons), last);
            }
            pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
            attempt = doubled(attempt, timing.read());
        }
    }

    /** Twice as long, yet no longer than {@code most}: members that refuse at once see as many rounds as fit into the deadline. */
    static Duration doubled(Duration attempt, Duration most) {
        return attempt.compareTo(most) >= 0 ? attempt : shorter(attempt.multipliedBy(2), most);
    }

    /**
     * A write: sent once, to a member that answered a moment ago. It moves on to another member only when it was certainly not
     * carried out.
     *
     * @throws UnknownOutcomeException when it was sent and nothing says whether it was carried out
     * @throws StoreException when it certainly was not
     */
    <Q, R> R write(String what, MethodDescriptor<Q, R> method, Q request) {
        Deadline deadline = Deadline.in(timing.read());
        Duration pause = FIRST_PAUSE;
        boolean renewed = false;
        while (true) {
            EtcdMember member = members.get(preferred);
            if (!member.tookPartWithin(timing.fresh())) {
                findFitMember(what, deadline);
                member = members.get(preferred);
            }
            Optional<String> used = token.current();
            try {
                return member.call(method, request, true, timing.write());
            } catch (EtcdMember.CallFailed e) {
                if (!renewed && renewedToken(e, used, deadline)) {
                    renewed = true;
                    continue;
                }
                distrust(member);
                boolean undone = !e.sent() || EtcdFailure.isRefusedUndone(e.failure());
                if (!undone && EtcdFailure.leavesOutcomeOpen(e.failure())) {
                    throw new UnknownOutcomeException(message(what, member, e), e);
                }
                if (!undone || deadline.isOver() || closed) {
                    throw failed(what, member, e);
                }
                findFitMember(what, deadline);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UnknownOutcomeException("interrupted while trying to " + what, e);
            }
            pause(what, pause);
            pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    /** Reads something that needs the whole cluster; afterwards {@link #preferred} is a member that takes part in it. */
    private void findFitMember(String what, Deadline deadline) {
        RangeRequest anything = RangeRequest.newBuilder()
                .setKey(com.google.protobuf.ByteString.copyFromUtf8(config.prefix() + "health"))
                .setKeysOnly(true)
                .build();
        try {
            repeatable(what, KVGrpc.getRangeMethod(), anything, deadline);
        } catch (StoreTimeoutException e) {
            throw new StoreTimeoutException(e.getMessage() + "; nothing was written", e);
        } catch (StoreException e) {
            if (e.getCause() instanceof EtcdMember.CallFailed failed && !EtcdFailure.isPassing(failed.failure())) {
                return; // it refuses this read, but it answers; the write will get its own answer
            }
            throw e;
        }
    }

    /** Asks one endpoint, configured or not, for its status. */
    StatusResponse status(String endpoint) {
        EtcdMember member = members.stream()
                .filter(m -> m.url().equals(endpoint))
                .findFirst()
                .orElseGet(() -> probed.computeIfAbsent(
                        endpoint, url -> connector.connectTo(EndpointAddress.parse(url, "member's client URL"))));
        String what = "ask " + endpoint + " how it is";
        try {
            return member.call(
                    MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(), false, timing.probe());
        } catch (EtcdMember.CallFailed e) {
            throw failed(what, member, e);
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    private static StoreException failed(String what, EtcdMember member, EtcdMember.CallFailed e) {
        String message = message(what, member, e);
        return switch (e.failure().getStatus().getCode()) {
            case DEADLINE_EXCEEDED -> new StoreTimeoutException(message, e);
            case OUT_OF_RANGE -> new CompactedException(message, e);
            default -> new StoreException(message, e);
        };
    }

    private static String message(String what, EtcdMember member, EtcdMember.CallFailed e) {
        return "cannot " + what + ": etcd at " + member.url() + ": " + EtcdFailure.reason(e.failure());
    }

    private static StoreException interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new StoreException("interrupted while trying to " + what, e);
    }

    /** Each endpoint's reason, which file names the endpoints, and where to look. */
    private String describe(Map<String, String> reasons) {
        StringBuilder text = new StringBuilder();
        reasons.forEach(
                (url, reason) -> text.append(url).append(": ").append(reason).append("; "));
        if (!config.source().isEmpty()) {
            text.append("these are the endpoints in ").append(config.source()).append("; ");
        }
        return text.append(
                        "for one that does not answer see `systemctl status etcd-container` on its server, and the network to it")
                .toString();
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Waits before the next round, ended early by an interrupt or by {@link #close()}. */
    private void pause(String what, Duration pause) {
        Deadline end = Deadline.in(pause);
        while (!end.isOver() && !closed) {
            if (Thread.interrupted()) {
                throw interrupted(what, new InterruptedException());
            }
            LockSupport.parkNanos(this, end.remaining().toNanos());
        }
    }

    @Override
    public void close() {
        closed = true;
        List<EtcdMember> all = new ArrayList<>(members);
        all.addAll(probed.values());
        all.forEach(EtcdMember::close);
        Deadline deadline = Deadline.in(CLOSE_WAIT);
        try {
            for (EtcdMember member : all) {
                if (!member.awaitEnd(deadline)) {
                    LOG.debug("the connection to {} does not end", member.url());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connector.close();
    }
}
