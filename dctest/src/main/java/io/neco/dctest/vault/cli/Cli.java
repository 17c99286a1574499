package io.neco.dctest.vault.cli;

import io.neco.dctest.vault.Version;
import java.io.IOException;
import java.util.List;

/** Chooses the command and turns failures into messages and exit codes: 1 for a wrong call, 2 for a failed one. */
public final class Cli {
    private static final String USAGE = """
            Usage: vault COMMAND [FLAGS] [ARGUMENTS]

            This is a stand-in for Vault for virtual data centres, not Vault itself. It knows:
              server -dev [-dev-listen-address=A] [-dev-root-token-id=T] | -config=FILE
              status; operator init | unseal | seal | step-down
              login [-method=userpass] [-token-only] [TOKEN | username=U password=P]
              read PATH; write PATH NAME=VALUE...; list PATH; delete PATH
              token create | lookup | revoke
              auth | secrets | audit enable | disable | list
              policy write | read | list | delete
              version
            Environment: VAULT_ADDR, VAULT_TOKEN, VAULT_CACERT, VAULT_SKIP_VERIFY, VAULT_FORMAT
            """;

    private Cli() {}

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    public static int run(List<String> words, Surroundings surroundings) {
        try {
            return dispatch(words, surroundings);
        } catch (UsageException e) {
            surroundings.stderr().println(e.getMessage());
            return 1;
        } catch (ApiFailure e) {
            surroundings.stderr().println(words.get(0) + ": " + e.getMessage());
            return 2;
        } catch (IOException e) {
            surroundings.stderr().println("Error: " + e.getMessage());
            return words.get(0).equals("status") ? 1 : 2;
        }
    }

    private static int dispatch(List<String> words, Surroundings surroundings)
            throws UsageException, IOException, ApiFailure {
        String command = words.isEmpty() ? "help" : words.get(0);
        List<String> rest = words.subList(Math.min(1, words.size()), words.size());
        if (command.equals("server")) {
            return ServerCommand.run(rest, surroundings);
        }
        ClientCommands client = new ClientCommands(surroundings);
        return switch (command) {
            case "status" -> new OperatorCommands(surroundings).status(rest);
            case "operator" -> new OperatorCommands(surroundings).operator(rest);
            case "login" -> client.login(rest);
            case "read" -> client.read(rest);
            case "write" -> client.write(rest);
            case "list" -> client.list(rest);
            case "delete" -> client.delete(rest);
            case "token" -> client.token(rest);
            case "auth", "secrets", "audit" -> client.mounts(command, rest);
            case "policy" -> client.policy(rest);
            case "version", "-version", "--version", "-v" -> {
                surroundings.stdout().println("Vault v" + Version.VAULT);
                yield 0;
            }
            case "help", "-help", "--help", "-h" -> {
                surroundings.stdout().print(USAGE);
                yield words.isEmpty() ? 1 : 0;
            }
            default -> throw new UsageException("command \"" + command + "\" is not known.\n\n" + USAGE);
        };
    }
}
