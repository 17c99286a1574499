package io.neco.worker.plan;

/**
 * One thing a step would change.
 *
 * @param kind what kind of thing
 * @param subject which one: a path, an image, a package, a unit, a command
 * @param action what would be done with it, in words, e.g. {@code restart}
 * @param diff for files the difference as a unified diff; empty text otherwise, and for secret files
 */
public record PlannedChange(Kind kind, String subject, String action, String diff) {

    /** Kinds of things. */
    public enum Kind {
        /** A file. */
        FILE,
        /** A directory. */
        DIRECTORY,
        /** A container image that would be pulled. */
        IMAGE,
        /** Programs that would be installed out of an image. */
        TOOLS,
        /** A Debian package. */
        PACKAGE,
        /** A unit of systemd. */
        SERVICE,
        /** Another command that would be run. */
        COMMAND,
        /** Something in etcd. */
        ETCD,
        /** Something nodes boot from. */
        SABAKAN
    }

    /** A change without a diff. */
    public PlannedChange(Kind kind, String subject, String action) {
        this(kind, subject, action, "");
    }
}
