package io.neco.cli;

import io.neco.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;

/** Exit statuses of {@code neco}, and the one place that maps exceptions to them; see docs/neco.md. */
final class ExitCode {
    /** Done. */
    static final int OK = 0;
    /** Wrong call, or a failure outside of the program. */
    static final int FAILED = 1;
    /** A defect of the program. */
    static final int DEFECT = 2;
    /** {@code status --exit-code}: an update is going on. */
    static final int RUNNING = 3;
    /** {@code status --exit-code}: the update was aborted or stopped. */
    static final int ABORTED = 4;

    /** {@code cert list}: a certificate has expired or will soon. */
    static final int EXPIRING = 5;

    /** That of programs which SIGPIPE ends: nobody reads what is written any more. */
    static final int NOBODY_READS = 128 + 13;

    private ExitCode() {}

    /** The status for a command that ended with {@code error}. */
    static int of(Throwable error) {
        return isExpected(error) ? FAILED : DEFECT;
    }

    /** Whether the message alone tells what to do; otherwise a trace is needed. */
    static boolean isExpected(Throwable error) {
        return error instanceof IOException
                || error instanceof UncheckedIOException
                || error instanceof StoreException
                || error instanceof UsageException
                || error instanceof InterruptedException
                || error instanceof NoSuchElementException
                || error instanceof IllegalArgumentException;
    }
}
