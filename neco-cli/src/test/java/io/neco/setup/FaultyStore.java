package io.neco.setup;

import io.neco.store.NecoStore;
import io.neco.store.UnknownOutcomeException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The same etcd, where something happens to the first call that begins in some way, e.g. {@code finish 0 1}. */
final class FaultyStore {
    private final NecoStore real;
    private final String call;
    private final Fault fault;
    private final AtomicBoolean isOver = new AtomicBoolean();

    private FaultyStore(NecoStore real, String call, Fault fault) {
        this.real = real;
        this.call = call;
        this.fault = fault;
    }

    /** The call as it would be without the fault. */
    @FunctionalInterface
    interface Call {
        @Nullable
        Object make() throws Throwable;
    }

    /** What happens instead. */
    @FunctionalInterface
    interface Fault {
        /** It is not carried out, and gets no answer. */
        Fault UNDONE = call -> {
            throw new UnknownOutcomeException("no answer in time", new TimeoutException());
        };

        /** It is carried out, and gets no answer. */
        Fault UNANSWERED = call -> {
            call.make();
            throw new UnknownOutcomeException("no answer in time", new TimeoutException());
        };

        @Nullable
        Object happen(Call call) throws Throwable;
    }

    static NecoStore of(NecoStore real, String call, Fault fault) {
        FaultyStore faulty = new FaultyStore(real, call, fault);
        return (NecoStore) Proxy.newProxyInstance(
                NecoStore.class.getClassLoader(),
                new Class<?>[] {NecoStore.class},
                (proxy, method, arguments) -> faulty.answer(method, arguments));
    }

    private @Nullable Object answer(Method method, Object @Nullable [] arguments) throws Throwable {
        Stream<Object> values = arguments == null ? Stream.empty() : Arrays.stream(arguments);
        String text = Stream.concat(Stream.of(method.getName()), values)
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
        Call proper = () -> method.invoke(real, arguments);
        try {
            return text.startsWith(call) && isOver.compareAndSet(false, true) ? fault.happen(proper) : proper.make();
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
