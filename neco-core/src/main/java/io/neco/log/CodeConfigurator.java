package io.neco.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;

/** Keeps logback from looking for configuration files: found by logback as a service, it sets the default up in code. */
public final class CodeConfigurator extends ContextAwareBase implements Configurator {
    /** Called by logback's service loader. */
    public CodeConfigurator() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Logging.configure(context, "neco", Logging.standardError(), Level.INFO, LogFormat.PLAIN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
