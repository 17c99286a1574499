package io.neco.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How all members of etcd were when they were asked, and which of them the cluster can do without.
 *
 * @param entries one per member, in etcd's order
 */
public record MemberSurvey(List<Entry> entries) {

    /** Copies the list. */
    public MemberSurvey {
        entries = List.copyOf(entries);
    }

    /**
     * One member.
     *
     * @param member the member
     * @param problem why it cannot be counted on; empty: it answers and follows a leader
     */
    public record Entry(Member member, Optional<String> problem) {
        /** Whether it answers and follows a leader. */
        public boolean isHealthy() {
            return problem.isEmpty();
        }

        /** Its name, or where its peers reach it while it has none. */
        public String name() {
            return member.name().isEmpty() ? "the member at " + String.join(",", member.peerUrls()) : member.name();
        }
    }

    /** Asks every member once. */
    public static MemberSurvey of(NecoStore store) {
        List<Entry> entries = new ArrayList<>();
        for (Member member : store.members()) {
            entries.add(new Entry(member, problem(store, member)));
        }
        return new MemberSurvey(entries);
    }

    private static Optional<String> problem(NecoStore store, Member member) {
        if (member.clientUrls().isEmpty()) {
            return Optional.of("was added but has never been started");
        }
        try {
            return store.health(member.clientUrls().get(0)).leaderId() == 0
                    ? Optional.of("has no leader")
                    : Optional.empty();
        } catch (StoreException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The member of that name. */
    public Optional<Entry> find(String name) {
        return entries.stream().filter(e -> e.member().name().equals(name)).findFirst();
    }

    /** The members that cannot be counted on, with the reason, except the one with this id. */
    public List<String> problemsExcept(long id) {
        return entries.stream()
                .filter(e -> e.member().id() != id)
                .flatMap(e -> e.problem().map(p -> e.name() + ": " + p).stream())
                .toList();
    }

    /** The members that cannot be counted on, with the reason. */
    public List<String> problems() {
        return entries.stream()
                .flatMap(e -> e.problem().map(p -> e.name() + ": " + p).stream())
                .toList();
    }

    /**
     * Why a member must not be removed now; empty: those that vote afterwards have a majority that can be counted on. A member that does
     * not vote can always be removed.
     *
     * @param id of the member
     */
    public Optional<String> whyRemovalIsUnsafe(long id) {
        List<Entry> rest = entries.stream()
                .filter(e -> e.member().id() != id && !e.member().isLearner())
                .toList();
        boolean isVoter = entries.stream()
                .anyMatch(e -> e.member().id() == id && !e.member().isLearner());
        long healthy = rest.stream().filter(Entry::isHealthy).count();
        int needed = rest.size() / 2 + 1;
        if (!isVoter || (!rest.isEmpty() && healthy >= needed)) {
            return Optional.empty();
        }
        if (rest.isEmpty()) {
            return Optional.of("it is the only member that votes");
        }
        return Optional.of("etcd would lose its majority: of the " + rest.size() + " other members that vote "
                + needed + " are needed, but only " + healthy + " can be counted on ("
                + String.join("; ", problemsExcept(id)) + ")");
    }
}
