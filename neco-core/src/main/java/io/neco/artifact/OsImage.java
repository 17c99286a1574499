package io.neco.artifact;

import java.net.URI;

/**
 * The operating system image netbooted by the nodes.
 *
 * <p>Source: types.go at 1eec387.
 *
 * @param channel release channel, e.g. {@code stable}
 * @param version version, e.g. {@code 3139.2.1}
 */
public record OsImage(String channel, String version) {

    /** Where the kernel is downloaded from. */
    public URI kernelUrl() {
        return url("flatcar_production_pxe.vmlinuz");
    }

    /** Where the initial RAM disk is downloaded from. */
    public URI initrdUrl() {
        return url("flatcar_production_pxe_image.cpio.gz");
    }

    private URI url(String file) {
        return URI.create("https://" + channel + ".release.flatcar-linux.net/amd64-usr/" + version + "/" + file);
    }
}
