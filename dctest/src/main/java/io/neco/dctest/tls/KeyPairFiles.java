package io.neco.dctest.tls;

import java.nio.file.Path;

/** Certificate (chain) and private key, both PEM. */
public record KeyPairFiles(Path certificate, Path key) {}
