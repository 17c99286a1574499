package io.neco.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;
import org.slf4j.bridge.SLF4JBridgeHandler;

class LoggingProviderTest {
    @Test
    void givesLogbackWithOneLineAppenderFromInfoOn() {
        LoggingProvider provider = new LoggingProvider();

        provider.initialize();

        LoggerContext context = (LoggerContext) provider.getLoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        assertThat(context.isStarted()).isTrue();
        assertThat(root.getLevel()).isEqualTo(Level.INFO);
        assertThat(root.iteratorForAppenders()).toIterable().hasExactlyElementsOfTypes(LineAppender.class);
        assertThat(context.getLogger("io.grpc.internal.X").getEffectiveLevel()).isEqualTo(Level.WARN);
        assertThat(context.getMDCAdapter()).isSameAs(provider.getMDCAdapter());
    }

    @Test
    void javaUtilLoggingIsLedToSlf4jAndNowhereElse() throws Exception {
        LogManager.getLogManager().readConfiguration();

        var unused = new JavaUtilLogging();

        var root = java.util.logging.Logger.getLogger("");
        assertThat(root.getHandlers()).hasExactlyElementsOfTypes(SLF4JBridgeHandler.class);
        assertThat(root.getLevel()).isEqualTo(java.util.logging.Level.WARNING);
    }
}
