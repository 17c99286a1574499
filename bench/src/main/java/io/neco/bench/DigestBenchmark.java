package io.neco.bench;

import io.neco.http.NativeCryptography;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** SHA-256 of a mebibyte, as layers are checked: by the Java runtime and by native cryptography. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class DigestBenchmark {
    private static final int SIZE = 1 << 20;

    /** Bytes given to the digest at a time. */
    @Param({"16384", "131072"})
    public int piece;

    /** Whether native cryptography is asked for. */
    @Param({"false", "true"})
    public boolean isNative;

    private final byte[] content = new byte[SIZE];

    /** Loads it. */
    @Setup
    public void prepare() {
        if (isNative) {
            NativeCryptography.prefer();
        }
    }

    /** The digest of the whole. */
    @Benchmark
    public byte[] sha256() throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int at = 0; at < SIZE; at += piece) {
            digest.update(content, at, piece);
        }
        return digest.digest();
    }
}
