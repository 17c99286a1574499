package io.neco.store;

import io.neco.update.ContentsUpdateStatus;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What can be read of Neco's data in etcd; source: storage/ at 1eec387, docs/etcd-schema.md.
 *
 * <p>Every read is linearizable, has a deadline, and throws {@link StoreException}s.
 */
public interface NecoReader extends AutoCloseable {

    /** etcd's revision now; a watch from the next one on misses nothing, whatever is stored. */
    long revision();

    /** One consistent view, all reads at the revision of the first. */
    Snapshot snapshot();

    /** The current request and the revisions to watch from. */
    CurrentRequest currentRequest();

    /** What each worker reports, by logical rack number. */
    Map<Integer, UpdateStatus> statuses();

    /** What was recorded for a content; empty: nothing. */
    Optional<ContentsUpdateStatus> contentsStatus(ContentsKey key);

    /** The newest release known; empty text when none. */
    String necoRelease();

    /** The public key of the nodes' administrators. */
    Optional<String> sshPublicKey();

    /** What is recorded as installed on a boot server; nothing when it is not known. */
    Installed installed(int lrn);

    /** Servers whose recorded stage is exactly {@code stage}, in key order. */
    List<Integer> finished(int stage);

    /** A setting as stored; empty when absent. */
    Optional<String> config(ConfigKey key);

    /**
     * The proxy for everything outside; empty when absent or blank.
     *
     * @throws MalformedValueException when it is none that this project's HTTP clients can use
     */
    Optional<String> proxy();

    /**
     * The token for GitHub, a secret, without what is blank around it; empty when absent or blank.
     *
     * @throws MalformedValueException when it is none that can be sent; the message does not have it
     */
    Optional<String> gitHubToken();

    /** The environment; {@code none} when absent. */
    String environment();

    /** How often to look for releases; 1 minute when absent. */
    Duration checkUpdateInterval();

    /** How long an update may go without progress; 60 minutes when absent. */
    Duration workerTimeout();

    /** A secret; empty when absent. */
    Optional<String> secret(SecretKey key);

    /** CKE's weights by role; empty when absent. */
    Optional<SortedMap<String, Double>> ckeWeights();

    @Override
    void close();
}
