package io.neco.cli;

import io.neco.setup.BootProgram;
import io.neco.store.NecoStore;
import io.neco.store.SecretKey;
import io.neco.store.UserPart;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco init}; source: pkg/neco/cmd/init.go at 1eec387. */
@Command(
        description = {
            "Introduces a program to the cluster; run it once, on one boot server. NAME is one of",
            "  etcdpasswd, sabakan, cke   user and role of that name in etcd, for the keys of that program",
            "  teleport                   the token boot servers join Teleport with",
            "It says what it has created and what was there before, and may be repeated. Next: `neco init-local NAME` on",
            "each boot server; for teleport `neco teleport config`."
        })
final class InitCommand implements NecoCommand {
    static final String TELEPORT = "teleport";
    private static final int TOKEN_BYTES = 32;

    private final Surroundings surroundings;

    @Parameters(arity = "0..*", paramLabel = "NAME", completionCandidates = Names.class, description = "the program")
    private List<String> parameters = new ArrayList<>();

    InitCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        String name = Programs.only(parameters);
        if (name.equals(TELEPORT)) {
            return initTeleport();
        }
        BootProgram program = Programs.find(name, Names.all());
        try (NecoStore store = surroundings.cluster().open()) {
            for (UserPart part : store.ensureUser(program.id(), Optional.of(program.keyPrefix()))) {
                tell(part.isNew(), part.what());
            }
            return ExitCode.OK;
        }
    }

    private int initTeleport() throws IOException {
        try (NecoStore store = surroundings.cluster().open()) {
            boolean isNew = store.secret(SecretKey.TELEPORT_AUTH_TOKEN)
                    .filter(token -> !token.isEmpty())
                    .isEmpty();
            if (isNew) {
                byte[] token = new byte[TOKEN_BYTES];
                new SecureRandom().nextBytes(token);
                store.putSecret(SecretKey.TELEPORT_AUTH_TOKEN, HexFormat.of().formatHex(token));
            }
            tell(isNew, SecretKey.TELEPORT_AUTH_TOKEN.key() + " in etcd");
            return ExitCode.OK;
        }
    }

    private void tell(boolean isNew, String what) {
        surroundings.out().println((isNew ? "created " : "exists: ") + what);
    }

    /** What can be introduced to a cluster. */
    static final class Names implements Iterable<String> {
        static List<String> all() {
            List<String> names = new ArrayList<>(BootProgram.ids());
            names.add(TELEPORT);
            return names;
        }

        @Override
        public Iterator<String> iterator() {
            return all().iterator();
        }
    }
}
