package io.neco.dctest.vault;

/**
 * What a boot server needs of Vault, over HTTP only and without knowing what answers: an unsealed server and its root
 * token. Everything is done below names that nobody else uses, so that a server in use stays as it was.
 */
interface VaultContract
        extends VaultStatusContract,
                VaultTokenContract,
                VaultMountContract,
                VaultKeyValueContract,
                VaultPkiContract,
                VaultPolicyContract {}
