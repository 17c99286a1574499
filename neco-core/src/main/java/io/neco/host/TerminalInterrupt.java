package io.neco.host;

import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * The signal of Ctrl-C, which a terminal sends to all programs in its foreground. It is handled by doing nothing instead of being ignored,
 * as what is ignored stays so in programs that are started. By reflection, because the compiler's warning of {@code sun.misc} cannot be
 * turned off.
 */
final class TerminalInterrupt implements AutoCloseable {
    private final Optional<Object> before;

    private TerminalInterrupt(Optional<Object> before) {
        this.before = before;
    }

    /** Until it is closed the signal does not end this process; a JVM that does not offer this stays as it is. */
    static TerminalInterrupt leaveToOthers() {
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object nothing = Proxy.newProxyInstance(
                    TerminalInterrupt.class.getClassLoader(),
                    new Class<?>[] {handler},
                    (proxy, method, arguments) -> null);
            return new TerminalInterrupt(Optional.ofNullable(handle(nothing)));
        } catch (ReflectiveOperationException e) {
            return new TerminalInterrupt(Optional.empty());
        }
    }

    /** Whoever handled it before does so again. */
    @Override
    public void close() {
        if (before.isPresent()) {
            try {
                handle(before.get());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Object handle(Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal.getConstructor(String.class).newInstance("INT"), handler);
    }
}
