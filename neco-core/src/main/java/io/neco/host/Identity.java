package io.neco.host;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** Who this boot server is; source: identity.go at 1eec387. */
public final class Identity {
    private final HostFiles files;

    /** @param files the host's files */
    public Identity(HostFiles files) {
        this.files = files;
    }

    /**
     * This boot server's logical rack number.
     *
     * @throws IOException when {@code /etc/neco/rack} is missing or does not hold a decimal number; the message says what to do
     */
    public int logicalRackNumber() throws IOException {
        String text = read(HostPaths.RACK_FILE, "this boot server's logical rack number, e.g. 0");
        try {
            int lrn = Integer.parseInt(text);
            if (lrn < 0) {
                throw new NumberFormatException("negative");
            }
            return lrn;
        } catch (NumberFormatException e) {
            throw new IOException(
                    "the logical rack number in " + HostPaths.RACK_FILE + " is \"" + text
                            + "\", but must be a decimal number of 0 or more",
                    e);
        }
    }

    /** The cluster's name; empty when the file is empty. */
    public String clusterName() throws IOException {
        return read(HostPaths.CLUSTER_FILE, "the cluster's name");
    }

    /** Whether this host belongs to a virtual data centre. */
    public boolean isTestDataCentre() {
        return files.exists(HostPaths.DCTEST_FILE);
    }

    private String read(String file, String holds) throws IOException {
        try {
            return files.read(file).strip();
        } catch (NoSuchFileException e) {
            throw new IOException(file + " is missing; it must hold " + holds, e);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + e, e);
        }
    }
}
