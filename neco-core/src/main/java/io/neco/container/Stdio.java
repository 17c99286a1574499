package io.neco.container;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Where a command in a container reads from and writes to.
 *
 * @param in what it reads; empty: nothing
 * @param out where its output goes
 * @param err where its complaints go
 * @param isTerminal whether it is given a terminal; {@code err} is unused then
 */
public record Stdio(Optional<InputStream> in, OutputStream out, OutputStream err, boolean isTerminal) {}
