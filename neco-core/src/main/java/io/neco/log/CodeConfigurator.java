package io.neco.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Keeps logback from looking for configuration files: found by logback as a service, it sets the default up in code. It is for programs that
 * were not started by the package's launchers, which name {@link LoggingProvider}.
 */
public final class CodeConfigurator extends ContextAwareBase implements Configurator {
    /** Called by logback's service loader. */
    public CodeConfigurator() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Logging.configure(context);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
