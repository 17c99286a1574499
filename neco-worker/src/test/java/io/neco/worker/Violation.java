package io.neco.worker;

/** Something that must never happen has happened in a simulation. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
        super(message);
    }
}
