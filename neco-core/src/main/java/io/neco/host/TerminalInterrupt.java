package io.neco.host;

import java.lang.reflect.Proxy;

/**
 * The signal of Ctrl-C, which a terminal sends to all programs in its foreground. It is handled by doing nothing instead of being ignored,
 * as what is ignored stays so in programs that are started. By reflection, because the compiler's warning of {@code sun.misc} cannot be
 * turned off.
 */
final class TerminalInterrupt {
    private TerminalInterrupt() {}

    /**
     * From now on the signal does not end this process; a JVM that does not offer this stays as it is. There is no way back: the JVM
     * looks for a signal's handler some time after the signal has come, when the program that it was meant for may have ended already.
     */
    static void leaveToOthers() {
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object nothing = Proxy.newProxyInstance(
                    TerminalInterrupt.class.getClassLoader(),
                    new Class<?>[] {handler},
                    (proxy, method, arguments) -> null);
            Class<?> signal = Class.forName("sun.misc.Signal");
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("INT"), nothing);
        } catch (ReflectiveOperationException e) {
            return; // a Ctrl-C ends this process, too, as it always did
        }
    }
}
