package io.neco.setup;

import io.neco.program.etcd.EtcdProgram;
import io.neco.store.Member;
import io.neco.store.Snapshot;
import io.neco.update.UpdateProgress;
import io.neco.update.UpdateRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether a server may join, decided from what etcd and this host's journal say.
 *
 * @param servers registered servers without this one, ascending
 * @param notes what the operator should know, one sentence each
 */
record Admission(List<Integer> servers, List<String> notes) {

    Admission {
        servers = List.copyOf(servers);
        notes = List.copyOf(notes);
    }

    /**
     * Decides.
     *
     * @param me logical rack number of this server
     * @param given servers that were given
     * @param snapshot what is registered, and the update
     * @param members etcd's
     * @param journal the last join on this host
     * @throws IOException when it may not; the message tells why and what to do
     */
    static Admission decide(
            int me, List<Integer> given, Snapshot snapshot, List<Member> members, Optional<SetupJournal.Entry> journal)
            throws IOException {
        TreeSet<Integer> others = new TreeSet<>(snapshot.servers());
        boolean isRegistered = others.remove(me);
        boolean isMember = members.stream().anyMatch(m -> m.name().equals(EtcdProgram.memberName(me)));
        if (others.isEmpty()) {
            throw new IOException("no boot server is registered in etcd, so there is no cluster to join yet; complete"
                    + " `neco setup` there first");
        }
        List<Integer> strangers =
                given.stream().filter(lrn -> !others.contains(lrn)).toList();
        if (!strangers.isEmpty()) {
            throw new IOException(RackNumbers.named(strangers) + (strangers.size() == 1 ? " is" : " are")
                    + " not in the cluster; it consists of " + RackNumbers.listed(others));
        }
        if (isRegistered) {
            requireUnfinished(me, journal);
        } else if (isMember) {
            throw new IOException("boot server " + me + " is not registered, but etcd still has its member "
                    + EtcdProgram.memberName(me)
                    + ": it is leaving, and the update that follows `neco leave` removes the"
                    + " member at its end. Wait for that (`neco status --watch` on another boot server) and run this again;"
                    + " if that server is lost, run `neco replace " + me + "` on another boot server first");
        }
        return new Admission(new ArrayList<>(others), notes(me, snapshot));
    }

    private static void requireUnfinished(int me, Optional<SetupJournal.Entry> journal) throws IOException {
        if (journal.isEmpty()) {
            throw new IOException("boot server " + me + " is in the cluster already. If this host was reinstalled, run"
                    + " `neco replace " + me
                    + "` on another boot server first; if it is another host, /etc/neco/rack is wrong;"
                    + " else there is nothing to do (`neco status`)");
        }
        Optional<String> completed = journal.get().completed();
        if (completed.isPresent()) {
            throw new IOException("this server is in the cluster already: it joined at " + completed.get() + " (says "
                    + SetupJournal.JOIN_FILE + "), so there is nothing to do; see `neco status`");
        }
    }

    private static List<String> notes(int me, Snapshot snapshot) {
        if (snapshot.request().isEmpty()) {
            return List.of();
        }
        UpdateRequest request = snapshot.request().get();
        if (request.stop()) {
            return List.of("the update to " + request.version() + " was stopped; boot server " + me
                    + " is taken in only after `neco recover`");
        }
        if (!UpdateProgress.isCompleted(request.version(), request.servers(), snapshot.statuses())) {
            return List.of("an update to " + request.version() + " is going on; boot server " + me
                    + " is taken in when it has ended");
        }
        return List.of();
    }
}
