package io.neco.log;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/**
 * Leads what gRPC and the JDK log by java.util.logging to slf4j; only warnings are of interest. The launchers name this class by the system
 * property {@code java.util.logging.config.class}: there it is made when something logs that way for the first time, which a short command
 * never does.
 */
public final class JavaUtilLogging {
    private static final String NAMED_BY = "java.util.logging.config.class";
    private static final byte[] CONFIGURATION =
            "handlers=org.slf4j.bridge.SLF4JBridgeHandler\n.level=WARNING\n".getBytes(StandardCharsets.ISO_8859_1);

    /**
     * Called by the JDK.
     *
     * @throws IOException never: nothing is read from outside
     */
    public JavaUtilLogging() throws IOException {
        LogManager.getLogManager().readConfiguration(new ByteArrayInputStream(CONFIGURATION));
    }

    /** Does it now, unless the JDK will do it by itself. */
    static void route() {
        if (!JavaUtilLogging.class.getName().equals(System.getProperty(NAMED_BY))) {
            try {
                var unused = new JavaUtilLogging();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
