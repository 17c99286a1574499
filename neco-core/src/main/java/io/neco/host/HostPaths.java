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
    /** Units written by setup and the worker. */
    public static final String SYSTEMD_DIR = "/etc/systemd/system";
    /** User and group id of etcd and Vault in their containers. */
    public static final int CONTAINER_UID = 10000;

    /** The unit file of a service written by setup or the worker. */
    public static String serviceUnit(String name) {
        return SYSTEMD_DIR + "/" + name + ".service";
    }

    /** The unit file of a timer written by setup or the worker. */
    public static String timerUnit(String name) {
        return SYSTEMD_DIR + "/" + name + ".timer";
    }
}
