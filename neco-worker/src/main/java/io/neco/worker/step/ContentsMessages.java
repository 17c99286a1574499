package io.neco.worker.step;

import io.neco.store.ContentsKey;

/**
 * What is said about a content that one server uploads for all.
 *
 * <p>Source: worker/sabakan.go and worker/cke.go at 1eec387.
 *
 * @param updated logged by the server that did the work
 * @param failedEarlier why the servers that come after a failure fail, too
 * @param recordFailed logged when it cannot be recorded how the work went
 * @param recordsFailure whether a failure is recorded, so that the others do not try
 */
record ContentsMessages(String updated, String failedEarlier, String recordFailed, boolean recordsFailure) {

    /** What is said about a content. */
    static ContentsMessages of(ContentsKey key) {
        return switch (key) {
            case CKE_TEMPLATE ->
                new ContentsMessages(
                        "cke: updated cke-template.yml",
                        "cke: update of cke-template.yml failed by preceding worker",
                        "cke: failed to update cke-template.yml contents status",
                        false);
            case CKE ->
                new ContentsMessages(
                        "cke: updated contents",
                        "cke: update of contents failed by preceding worker",
                        "cke: failed to update contents status",
                        true);
            case SABAKAN ->
                new ContentsMessages(
                        "sabakan: updated contents",
                        "update of Sabakan contents failed by preceding worker",
                        "sabakan: failed to update Sabakan contents status",
                        true);
            case DHCP_JSON ->
                new ContentsMessages(
                        "sabakan: updated dhcp.json",
                        "update of dhcp.json failed by preceding worker",
                        "sabakan: failed to update Sabakan contents status",
                        true);
            case USER_RESOURCES ->
                new ContentsMessages(
                        "updated user-defined resources",
                        "update of user-defined resources failed by preceding worker",
                        "failed to update user-defined resources contents status",
                        true);
        };
    }
}
