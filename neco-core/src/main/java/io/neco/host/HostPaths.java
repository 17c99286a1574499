package io.neco.host;

/** Where things are on a boot server; source: constants.go at 1eec387. All paths are absolute; see {@link HostRoot}. */
public final class HostPaths {
    private HostPaths() {}

    /** Settings of this boot server and of the cluster. */
    public static final String NECO_DIR = "/etc/neco";
    /** Data shipped in the package. */
    public static final String NECO_DATA_DIR = "/usr/share/neco";
    /** Logical rack number of this boot server. */
    public static final String RACK_FILE = "/etc/neco/rack";
    /** Name of the cluster. */
    public static final String CLUSTER_FILE = "/etc/neco/cluster";
    /** Exists in a virtual data centre; private images are then referred to by their public name. */
    public static final String DCTEST_FILE = "/etc/neco/dctest";
    /** How to reach etcd. */
    public static final String NECO_CONFIG_FILE = "/etc/neco/config.yml";
    /** Client certificate of Neco's programs for etcd. */
    public static final String NECO_CERT_FILE = "/etc/neco/etcd.crt";
    /** Key of {@link #NECO_CERT_FILE}. */
    public static final String NECO_KEY_FILE = "/etc/neco/etcd.key";
    /** The CA of the cluster's server certificates, as update-ca-certificates expects it. */
    public static final String SERVER_CA_FILE = "/usr/local/share/ca-certificates/neco.crt";
    /** Server certificate of etcd and Vault. */
    public static final String SERVER_CERT_FILE = "/etc/neco/server.crt";
    /** Key of {@link #SERVER_CERT_FILE}. */
    public static final String SERVER_KEY_FILE = "/etc/neco/server.key";
    /** Directory of etcd's settings. */
    public static final String ETCD_DIR = "/etc/etcd";
    /** etcd's configuration. */
    public static final String ETCD_CONFIG_FILE = "/etc/etcd/etcd.conf.yml";
    /** CA of etcd's peers. */
    public static final String ETCD_PEER_CA_FILE = "/etc/etcd/ca-peer.crt";
    /** Certificate etcd shows its peers. */
    public static final String ETCD_PEER_CERT_FILE = "/etc/etcd/peer.crt";
    /** Key of {@link #ETCD_PEER_CERT_FILE}. */
    public static final String ETCD_PEER_KEY_FILE = "/etc/etcd/peer.key";
    /** CA of etcd's clients. */
    public static final String ETCD_CLIENT_CA_FILE = "/etc/etcd/ca-client.crt";
    /** Client certificate of the etcd backup. */
    public static final String ETCD_BACKUP_CERT_FILE = "/etc/etcd/backup.crt";
    /** Key of {@link #ETCD_BACKUP_CERT_FILE}. */
    public static final String ETCD_BACKUP_KEY_FILE = "/etc/etcd/backup.key";
    /** etcd's data, mounted into its container. */
    public static final String ETCD_DATA_DIR = "/var/lib/etcd-container";
    /** Snapshots of etcd. */
    public static final String ETCD_BACKUP_DIR = "/var/lib/etcd-backup";
    /** Directory of Vault's settings. */
    public static final String VAULT_DIR = "/etc/vault";
    /** Vault's configuration. */
    public static final String VAULT_CONFIG_FILE = "/etc/vault/config.hcl";
    /** Client certificate of Vault for etcd. */
    public static final String VAULT_CERT_FILE = "/etc/vault/etcd.crt";
    /** Key of {@link #VAULT_CERT_FILE}. */
    public static final String VAULT_KEY_FILE = "/etc/vault/etcd.key";
    /** Directory of serf's settings. */
    public static final String SERF_DIR = "/etc/serf";
    /** serf's configuration. */
    public static final String SERF_CONFIG_FILE = "/etc/serf/serf.json";
    /** Tells serf what this server is up to; run by a timer. */
    public static final String SERF_TAGS_SCRIPT = "/usr/local/bin/setup-serf-tags";
    /** Directory of etcdpasswd's settings. */
    public static final String ETCDPASSWD_DIR = "/etc/etcdpasswd";
    /** etcdpasswd's configuration. */
    public static final String ETCDPASSWD_CONFIG_FILE = "/etc/etcdpasswd/config.yml";
    /** Client certificate of etcdpasswd for etcd. */
    public static final String ETCDPASSWD_CERT_FILE = "/etc/etcdpasswd/etcd.crt";
    /** Key of {@link #ETCDPASSWD_CERT_FILE}. */
    public static final String ETCDPASSWD_KEY_FILE = "/etc/etcdpasswd/etcd.key";
    /** Keeps etcdpasswd's agent from starting without its certificate. */
    public static final String ETCDPASSWD_DROP_IN = "/etc/systemd/system/ep-agent.service.d/10-check-certificate.conf";
    /** How this server may be logged in to. */
    public static final String SSHD_DROP_IN = "/etc/ssh/sshd_config.d/neco.conf";
    /** Who may become root. */
    public static final String SUDOERS_FILE = "/etc/sudoers.d/cybozu";
    /** Directory of sabakan's settings. */
    public static final String SABAKAN_DIR = "/etc/sabakan";
    /** sabakan's configuration. */
    public static final String SABAKAN_CONFIG_FILE = "/etc/sabakan/config.yml";
    /** Client certificate of sabakan for etcd. */
    public static final String SABAKAN_CERT_FILE = "/etc/sabakan/etcd.crt";
    /** Key of {@link #SABAKAN_CERT_FILE}. */
    public static final String SABAKAN_KEY_FILE = "/etc/sabakan/etcd.key";
    /** sabakan's data, mounted into its container. */
    public static final String SABAKAN_DATA_DIR = "/var/lib/sabakan";
    /** sabakan's command line tool. */
    public static final String SABACTL = "/usr/local/bin/sabactl";
    /** Completes {@link #SABACTL} in shells. */
    public static final String SABACTL_COMPLETION_FILE = "/etc/bash_completion.d/sabactl";
    /** Directory of promtail's settings. */
    public static final String PROMTAIL_DIR = "/etc/promtail";
    /** promtail's configuration. */
    public static final String PROMTAIL_CONFIG_FILE = "/etc/promtail/promtail.yaml";
    /** CKE's command line tool. */
    public static final String CKECLI = "/usr/bin/ckecli";
    /** Made by systemd for the time that neco-worker runs. */
    public static final String WORKER_RUNTIME_DIR = "/run/neco-worker";
    /** Tells this host's other daemons that neco-worker has started; they wait for it a while, see {@code debian/await-worker}. */
    public static final String WORKER_STARTED = "/run/neco-worker/started";
    /** When the package neco was unpacked is the time of this file. */
    public static final String PACKAGE_LIST = packageList("neco");
    /** What the worker has to remember between restarts. */
    public static final String STATE_DIR = "/var/lib/neco";
    /** Packages on their way to dpkg. */
    public static final String PACKAGES_DIR = "/var/lib/neco/packages";
    /** Files on their way from the Internet to sabakan. */
    public static final String CONTENTS_DIR = "/var/lib/neco/contents";
    /** Programs the package brings along for nodes. */
    public static final String WORKER_ASSETS_DIR = "/usr/libexec/neco";
    /** Units that are still to be restarted, since a file of theirs has changed. */
    public static final String PENDING_DIR = "/var/lib/neco/pending";
    /** Name and version of the operating system. */
    public static final String OS_RELEASE_FILE = "/etc/os-release";
    /** This machine's serial number. */
    public static final String PRODUCT_SERIAL_FILE = "/sys/class/dmi/id/product_serial";
    /** Units written by setup and the worker. */
    public static final String SYSTEMD_DIR = "/etc/systemd/system";
    /** User and group id of etcd and Vault in their containers. */
    public static final int CONTAINER_UID = 10000;

    /** The unit file of a service written by setup or the worker. */
    public static String serviceUnit(String name) {
        return SYSTEMD_DIR + "/" + name + ".service";
    }

    /** Where dpkg lists the files of a package; there is none for a package that is not installed. */
    public static String packageList(String name) {
        return "/var/lib/dpkg/info/" + name + ".list";
    }

    /** The unit file of a timer written by setup or the worker. */
    public static String timerUnit(String name) {
        return SYSTEMD_DIR + "/" + name + ".timer";
    }
}
