package io.neco.dctest.vault.cli;

import java.io.IOException;
import java.lang.reflect.Proxy;

/**
 * The signal HUP, by which servers are told to read their files again. Java has nothing for it but {@code sun.misc.Signal} of the module
 * jdk.unsupported, whose use the compiler warns of in a way that cannot be turned off: hence reflection.
 */
final class HangUp {
    private HangUp() {}

    /** From now on the signal runs {@code action} instead of ending the process. */
    static void whenTold(Runnable action) throws IOException {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object calls = Proxy.newProxyInstance(
                    HangUp.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), calls);
        } catch (ReflectiveOperationException e) {
            throw new IOException("cannot wait for the signal HUP: " + e, e);
        }
    }
}
