package io.neco.store.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Ports for the servers that tests start, or for nobody.
 *
 * <p>They are none of those that the kernel gives to clients and to servers that ask for any port ({@code ip_local_port_range}): a test that
 * runs at the same time cannot be given one before its server listens, or while that server is down. Each JVM begins at another place.
 */
public final class Ports {
    private static final int FIRST = 15_000;
    private static final int COUNT = 32_768 - FIRST;
    /** Neighbouring process ids begin far from each other. */
    private static final long SPREAD = 6_151;

    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * SPREAD % COUNT));

    private Ports() {}

    /** One that nobody listens on, and that this JVM was not given before. */
    public static int free() {
        for (int tried = 0; tried < COUNT; tried++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port from " + FIRST + " on is free");
    }

    /** Some of them. */
    public static List<Integer> free(int count) {
        return Stream.generate(Ports::free).limit(count).toList();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
