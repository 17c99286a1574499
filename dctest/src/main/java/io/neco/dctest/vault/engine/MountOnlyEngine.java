package io.neco.dctest.vault.engine;

/** An engine that can be mounted, so that set-up goes through, and answers nothing: approle, identity, cubbyhole. */
public final class MountOnlyEngine implements Engine {

    @Override
    public Reply handle(Request request) {
        throw new ApiException(
                404,
                java.util.List.of("unsupported path: " + request.mount().type()
                        + " can only be mounted in this stand-in for Vault"));
    }
}
