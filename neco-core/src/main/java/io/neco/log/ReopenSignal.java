package io.neco.log;

import java.lang.reflect.Proxy;

/**
 * The signal USR1, by which the reference's daemons open their log files again. Java has nothing for it but {@code sun.misc.Signal} of the
 * module jdk.unsupported, whose use the compiler warns of in a way that cannot be turned off: hence reflection.
 */
final class ReopenSignal {
    private ReopenSignal() {}

    /**
     * From now on the signal runs {@code action} instead of ending the process.
     *
     * @throws IllegalStateException when this Java runtime cannot do that
     */
    static void whenTold(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object calls = Proxy.newProxyInstance(
                    ReopenSignal.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("USR1"), calls);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot wait for the signal USR1: " + e, e);
        }
    }
}
