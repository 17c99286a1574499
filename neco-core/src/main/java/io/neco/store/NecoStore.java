package io.neco.store;

import io.neco.update.ContentsUpdateStatus;
import io.neco.update.UpdateNotice;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Neco's data in etcd: every key, guard and default of the schema; source: storage/ at 1eec387, docs/etcd-schema.md.
 *
 * <p>All calls have a deadline and throw {@link StoreException}s; none is repeated blindly.
 */
public interface NecoStore extends NecoReader {

    // ---- updates

    /** Writes the request if {@code guard} exists, else {@link LostLeadershipException}. */
    void putRequest(UpdateRequest request, LeaderKey guard);

    /** Writes the request and deletes all reports in one transaction if {@code guard} exists. */
    void putReconfigureRequest(UpdateRequest request, LeaderKey guard);

    /**
     * Writes the request together with what people are to be told of it, in one transaction if {@code guard} exists.
     *
     * @param isFresh whether all reports are deleted as well
     * @param notices what is to be told; may be empty
     */
    void putRequest(UpdateRequest request, boolean isFresh, List<UpdateNotice> notices, LeaderKey guard);

    /** What people are to be told, or have been told last, in the order it happened. What is malformed is left out. */
    List<UpdateNotice> notices();

    /** Deletes what {@link #notices} leaves out, in one transaction if {@code guard} exists, and warns of it in the log. */
    void deleteMalformedNotices(LeaderKey guard);

    /** Writes some of {@link #notices} and deletes others, in one transaction if {@code guard} exists. */
    void changeNotices(List<UpdateNotice> written, List<UpdateNotice> deleted, LeaderKey guard);

    /**
     * Writes a worker's report. Since only that worker writes it, the same report may be repeated after an {@link UnknownOutcomeException},
     * e.g. while an etcd member restarts.
     */
    void putStatus(int lrn, UpdateStatus status);

    /**
     * Writes a worker's report about the request as it was at a revision. It is not written when the request was written or deleted since:
     * it would be taken for one about the new request, whose version may be the same. Reports do not name their request.
     *
     * @param known a revision at which the request was the one that is reported about
     * @return whether it was written
     */
    boolean putStatus(int lrn, UpdateStatus status, long known);

    /**
     * Deletes request, reports and contents records of a stopped update, also reports and records that cannot be understood.
     *
     * @throws MalformedValueException when the request cannot be understood: the update may be running
     * @throws NotFoundException when there is no request
     * @throws NotStoppedException when it was not stopped
     */
    void clearStatusAndContents();

    /**
     * Writes another request in the place of a stopped one. In the same transaction all reports go, and the contents records that tell of
     * failures or cannot be understood, so that they are tried again; and the leading updater loses its leadership: what it may have on its
     * way is refused, and its successor looks at everything anew. An updater of the reference that waits for a recovery hears of deletions
     * only.
     *
     * @param known a revision at which the request was the stopped one
     * @return false when the request, or the leading updater, has changed meanwhile; nothing was written then
     */
    boolean replaceRequest(UpdateRequest request, long known);

    /** Records a content's upload if {@code guard} exists. */
    void putContentsStatus(ContentsKey key, ContentsUpdateStatus status, LeaderKey guard);

    // ---- information

    /** Records the newest release if {@code guard} exists. */
    void putNecoRelease(String version, LeaderKey guard);

    /** Registers a boot server. */
    void registerBootServer(int lrn);

    /** Unregisters a boot server and deletes its install records; {@link NotFoundException} when it was not registered. */
    void deleteBootServer(int lrn);

    /**
     * The same, if some others are registered.
     *
     * @return false when one of those that are to stay is not; nothing is changed then
     */
    boolean deleteBootServer(int lrn, Set<Integer> staying);

    /** Stores the public key of the nodes' administrators. */
    void putSshPublicKey(String key);

    /** Records the tag of a container image installed on a boot server. */
    void recordContainerTag(int lrn, String name, String tag);

    /** Records the release of a Debian package installed on a boot server. */
    void recordDebRelease(int lrn, String name, String release);

    // ---- setup

    /** Records that a server has reached a stage of setup, 0 or 1. */
    void finish(int lrn, int stage);

    // ---- settings and secrets

    /** Stores a setting. */
    void putConfig(ConfigKey key, String value);

    /** Stores a secret. */
    void putSecret(SecretKey key, String value);

    /** Deletes a secret; no error when absent. */
    void deleteSecret(SecretKey key);

    /** Stores CKE's weights. */
    void putCkeWeights(SortedMap<String, Double> weights);

    /**
     * Stores the weight of one role; the others stay as they are, also when somebody else changes them at the same time.
     *
     * @throws IllegalArgumentException when the weight is not finite
     */
    void putCkeWeight(String role, double weight);

    // ---- watches and elections

    /**
     * Watches everything of {@code topics} from a revision on.
     *
     * @param topics what to listen to
     * @param fromRevision first revision to deliver, usually a read's revision + 1
     * @param consumer called on the watch's own thread, one event at a time; what it throws is logged and does not end the watch
     */
    StoreWatch watch(Set<WatchTopic> topics, long fromRevision, Consumer<StoreEvent> consumer);

    /** To campaign without an end: nobody would see that of a century. */
    Duration NO_LIMIT = Duration.ofDays(36_500);

    /**
     * Campaigns until elected; interoperable with the etcd concurrency recipe of Go programs.
     *
     * @param election which election
     * @param value the candidate's value: host name or logical rack number
     * @param timeToLive of the lease, whole seconds
     * @param maxWait how long to wait for the election before {@link StoreTimeoutException}; the candidate's key is removed then
     * @throws InterruptedException when the thread is interrupted; the candidate's key is removed
     */
    Leadership campaign(ElectionName election, String value, Duration timeToLive, Duration maxWait)
            throws InterruptedException;

    // ---- the etcd cluster itself

    /** The members. */
    List<Member> members();

    /** Adds a member. Returns the members after the addition; the new one has an empty name. */
    List<Member> addMember(String peerUrl);

    /**
     * Adds a member that does not vote, and so is needed for no majority, until it is promoted; etcd knows them from 3.4 on. Returns the
     * members after the addition; the new one has an empty name.
     */
    List<Member> addLearner(String peerUrl);

    /** Lets a learner vote; {@link StoreException} while it has not caught up with the leader. */
    void promoteMember(long id);

    /** Removes a member. */
    void removeMember(long id);

    /** Asks one endpoint how it is; {@link StoreException} when it does not answer within its deadline. */
    MemberHealth health(String endpoint);

    /**
     * Makes what is missing of user {@code name}, of the role of the same name which may read and write everything that begins with
     * {@code keyPrefix}, and of the user's membership in it. May be repeated. Source: etcd.go at 1eec387.
     *
     * @param keyPrefix empty: the role is etcd's {@code root}, which may do everything
     * @return all of them in the order they are made
     */
    List<UserPart> ensureUser(String name, Optional<String> keyPrefix);

    /** Turns authentication on; does nothing where it is. */
    void enableAuth();

    @Override
    void close();
}
