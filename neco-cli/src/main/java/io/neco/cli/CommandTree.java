package io.neco.cli;

import static io.neco.cli.CommandNode.command;
import static io.neco.cli.CommandNode.group;

/** All commands; the only place that lists them. */
final class CommandTree {
    /** {@code neco} itself. */
    static final CommandNode ROOT = group(
            "neco",
            "Installs/updates miscellaneous programs as well as maintaining etcd database.",
            group(
                    "cke",
                    "cke related commands",
                    command("update", "", "update cke template with override weights", CkeUpdateCommand::new),
                    group(
                            "weight",
                            "Role weight configurations",
                            command("get", "ROLE", "show the current weight of given role", CkeWeightGetCommand::new),
                            command("list", "", "list the current weights", CkeWeightListCommand::new),
                            command("set", "ROLE WEIGHT", "set a weight of given role", CkeWeightSetCommand::new))),
            command("completion", "", "Generates bash completion scripts", CompletionCommand::new),
            group(
                    "config",
                    "config related commands",
                    command("get", "KEY", "show the current configuration value", ConfigGetCommand::new),
                    command("set", "KEY [VALUE]", "store a configuration value to etcd", ConfigSetCommand::new)),
            command("image", "NAME", "show docker image URL for NAME", ImageCommand::new),
            command("init", "NAME", "Initialize data for new application of the cluster", InitCommand::new),
            command(
                    "init-local",
                    "NAME",
                    "Initialize data for new application of a boot server executes",
                    InitLocalCommand::new),
            command("is-running", "IMAGE", "check if a container of IMAGE is running or not", IsRunningCommand::new),
            command("recover", "", "Remove the current update status from etcd.", RecoverCommand::new),
            command(
                    "setup",
                    "LRN LRN LRN [LRN ...]",
                    "Install and setup etcd cluster as well as Vault using given boot servers",
                    SetupCommand::new),
            command("status", "", "show the update process status", StatusCommand::new),
            group(
                    "teleport",
                    "teleport related commands",
                    command("config", "", "generate teleport config", TeleportConfigCommand::new)),
            group(
                    "vault",
                    "vault related commands",
                    command("remove-unseal-key", "", "Remove the initial unseal key", VaultRemoveUnsealKeyCommand::new),
                    command("show-root-token", "", "Show the initial root token", VaultShowRootTokenCommand::new),
                    command("show-unseal-key", "", "Show the initial unseal key", VaultShowUnsealKeyCommand::new),
                    command("unseal", "", "Unseal vault using the initial unseal key", VaultUnsealCommand::new)));

    private CommandTree() {}
}
