package io.neco.worker.plan;

import io.neco.store.ContentsKey;
import io.neco.store.LeaderKey;
import io.neco.store.Leadership;
import io.neco.store.Member;
import io.neco.store.MemberHealth;
import io.neco.store.NecoReader;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.worker.plan.PlannedChange.Kind;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Neco's data in etcd, read but never written: elections are won at once without a candidate, members are taken for healthy, records are
 * noted.
 */
final class RehearsalStore implements InvocationHandler {
    private final NecoStore real;
    private final Notes notes;
    private final List<Member> added = new ArrayList<>();
    private @Nullable String version;

    private RehearsalStore(NecoStore real, Notes notes) {
        this.real = real;
        this.notes = notes;
    }

    static NecoStore of(NecoStore real, Notes notes) {
        return (NecoStore) Proxy.newProxyInstance(
                RehearsalStore.class.getClassLoader(),
                new Class<?>[] {NecoStore.class},
                new RehearsalStore(real, notes));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        Object[] given = arguments == null ? new Object[0] : arguments;
        return switch (method.getName()) {
            case "close" -> null;
            case "campaign" -> new Won();
            case "members" -> members();
            case "addMember" -> addMember((String) given[0], false);
            case "addLearner" -> addMember((String) given[0], true);
            case "promoteMember" -> {
                notes.add(Kind.ETCD, "member of this server", "promote, so that it votes");
                added.replaceAll(m -> new Member(m.id(), m.name(), m.peerUrls(), m.clientUrls(), false));
                yield null;
            }
            case "removeMember" -> {
                notes.add(Kind.ETCD, "member " + given[0], "remove");
                yield null;
            }
            case "health" -> new MemberHealth((String) given[0], version(), Long.MAX_VALUE, 0, 0, 1, 1);
            case "recordContainerTag" -> {
                notes.add(Kind.ETCD, "image " + given[1] + " of this server", "record " + given[2]);
                yield null;
            }
            case "recordDebRelease" -> {
                notes.add(Kind.ETCD, "package " + given[1] + " of this server", "record " + given[2]);
                yield null;
            }
            case "putContentsStatus" -> {
                notes.add(Kind.ETCD, ((ContentsKey) given[0]).key(), "record that it was done");
                yield null;
            }
            default -> isRead(method) ? ask(method, given) : refuse(method);
        };
    }

    private static boolean isRead(Method method) {
        for (Method read : NecoReader.class.getMethods()) {
            if (read.getName().equals(method.getName())) {
                return true;
            }
        }
        return method.getDeclaringClass().equals(Object.class);
    }

    private @Nullable Object ask(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private static Object refuse(Method method) {
        throw new UnsupportedOperationException("a step that calls " + method.getName() + " cannot be rehearsed");
    }

    /** Of the first member that answers, asked once; it decides how a member would be added. Empty text: none does. */
    private String version() {
        String known = version;
        if (known == null) {
            known = "";
            for (Member member : real.members()) {
                if (known.isEmpty() && !member.clientUrls().isEmpty()) {
                    known = versionOf(member.clientUrls().get(0));
                }
            }
            version = known;
        }
        return known;
    }

    private String versionOf(String endpoint) {
        try {
            return real.health(endpoint).version();
        } catch (StoreException e) {
            return ""; // the others are asked
        }
    }

    private List<Member> members() {
        List<Member> all = new ArrayList<>(real.members());
        all.addAll(added);
        return all;
    }

    private List<Member> addMember(String peerUrl, boolean isLearner) {
        notes.add(Kind.ETCD, "member " + peerUrl, isLearner ? "add as a learner" : "add");
        added.add(new Member(0, "", List.of(peerUrl), List.of(), isLearner));
        return members();
    }

    private static final class Won implements Leadership {
        @Override
        public LeaderKey key() {
            return new LeaderKey("rehearsal");
        }

        @Override
        public long leaseId() {
            return 0;
        }

        @Override
        public CompletionStage<Void> lost() {
            return new CompletableFuture<>();
        }

        @Override
        public boolean isHeld() {
            return true;
        }

        @Override
        public boolean confirm() {
            return true;
        }

        @Override
        public void close() {
            // nothing was won
        }
    }
}
