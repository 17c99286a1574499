package io.neco.cli;

import static io.neco.cli.CommandNode.command;
import static io.neco.cli.CommandNode.group;

import io.neco.store.SecretKey;

/** All commands; the only place that lists them. */
final class CommandTree {
    /** {@code neco} itself. */
    static final CommandNode ROOT = group(
            "neco",
            "Installs/updates miscellaneous programs as well as maintaining etcd database.",
            command("apply-firmware", "UPDATER_FILE...", "initiate firmware application", ApplyFirmwareCommand::new),
            group(
                    "bmc",
                    "bmc related commands",
                    group(
                            "config",
                            "BMC configurations",
                            group(
                                    "get",
                                    "show the current BMC configuration value",
                                    command(
                                            "bmc-user",
                                            "",
                                            "show the current bmc-user.json contents",
                                            s -> new BmcConfigGetCommand(s, SecretKey.BMC_USER)),
                                    command(
                                            "ipmi-password",
                                            "",
                                            "show the current IPMI password",
                                            s -> new BmcConfigGetCommand(s, SecretKey.IPMI_PASSWORD)),
                                    command(
                                            "ipmi-user",
                                            "",
                                            "show the current IPMI username",
                                            s -> new BmcConfigGetCommand(s, SecretKey.IPMI_USER))),
                            group(
                                    "set",
                                    "store a BMC configuration",
                                    command("bmc-user", "FILE", "store bmc-user.json contents", BmcUserSetCommand::new),
                                    command(
                                            "ipmi-password",
                                            "VALUE",
                                            "store IPMI password for power management.",
                                            s -> new BmcConfigSetCommand(s, SecretKey.IPMI_PASSWORD)),
                                    command(
                                            "ipmi-user",
                                            "VALUE",
                                            "store IPMI username for power management.",
                                            s -> new BmcConfigSetCommand(s, SecretKey.IPMI_USER)))),
                    command("setup-hw", "", "setup hardware", BmcSetupHwCommand::new)),
            group(
                    "cert",
                    "certificates of this boot server",
                    command("list", "", "show the certificates and when they end", CertListCommand::new)
                            .status(ExitCode.EXPIRING, "A certificate has expired, cannot be read, or ends soon."),
                    command("renew", "[NAME ...]", "give this server new certificates", CertRenewCommand::new)),
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
            group(
                    "etcd",
                    "etcd related commands",
                    command("restore", "FILE", "bring etcd back from a snapshot", EtcdRestoreCommand::new)),
            command("image", "NAME", "show docker image URL for NAME", ImageCommand::new),
            command("init", "NAME", "Initialize data for new application of the cluster", InitCommand::new),
            command("init-data", "", "initialize data for sabakan and CKE", InitDataCommand::new),
            command(
                    "init-local",
                    "NAME",
                    "Initialize data for new application of a boot server executes",
                    InitLocalCommand::new),
            command("is-running", "IMAGE", "check if a container of IMAGE is running or not", IsRunningCommand::new)
                    .status(IsRunningCommand.NOT_RUNNING, "None is running, or a wrong call.")
                    .status(IsRunningCommand.FAILED, "It could not be found out."),
            command("isoreboot", "ISO_FILE", "initiate reboot from a ISO image", IsorebootCommand::new),
            command("join", "LRN [LRN ...]", "Prepare this server to join the cluster.", JoinCommand::new),
            command("leave", "LRN", "Unregister LRN of the boot server from etcd.", LeaveCommand::new),
            command("power", "ACTION SERIAL|IP", "control power of a machine", PowerCommand::new)
                    .alias("ipmipower"),
            command(
                    "reboot-and-wait",
                    "SERIAL_OR_IP",
                    "reboot a machine and wait for its boot-up",
                    RebootAndWaitCommand::new),
            command("reboot-worker", "", "reboot all worker nodes", RebootWorkerCommand::new),
            command("recover", "", "Remove the current update status from etcd.", RecoverCommand::new),
            command("replace", "LRN", "Remove a lost boot server, so that it can join again.", ReplaceCommand::new),
            command("retry", "", "Start a stopped update again.", RetryCommand::new),
            group(
                    "session-log",
                    "session log related commands",
                    command("start", "", "start shell and session log recording", SessionLogStartCommand::new)
                            .status(ExitCode.OK, "The session ended with it, as with any other status.")
                            .status(SessionLogStartCommand.CANNOT_RUN, "The session could not be started.")),
            command(
                    "setup",
                    "LRN LRN LRN [LRN ...]",
                    "Install and setup etcd cluster as well as Vault using given boot servers",
                    SetupCommand::new),
            group(
                    "ssh",
                    "ssh related commands",
                    command(
                            "generate",
                            "",
                            "generate a new SSH key pair for sabakan machines",
                            SshGenerateCommand::new)),
            command("status", "", "show the update process status", StatusCommand::new)
                    .status(ExitCode.RUNNING, "With --exit-code or --watch: the update is running.")
                    .status(ExitCode.ABORTED, "With --exit-code or --watch: the update was aborted or stopped."),
            group(
                    "teleport",
                    "teleport related commands",
                    command("config", "", "generate teleport config", TeleportConfigCommand::new)),
            group(
                    "tpm",
                    "tpm related commands",
                    command("clear", "SERIAL|IP", "clear TPM devices on a machine", TpmClearCommand::new),
                    command("show", "SERIAL|IP", "show TPM devices on a machine", TpmShowCommand::new)),
            group(
                    "vault",
                    "vault related commands",
                    command("remove-unseal-key", "", "Remove the initial unseal key", VaultRemoveUnsealKeyCommand::new),
                    command("show-root-token", "", "Show the initial root token", VaultShowRootTokenCommand::new),
                    command("show-unseal-key", "", "Show the initial unseal key", VaultShowUnsealKeyCommand::new),
                    command("unseal", "", "Unseal vault using the initial unseal key", VaultUnsealCommand::new)));

    private CommandTree() {}
}
