package io.neco.dctest.internet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The program on the host that plays the Internet. */
public final class Main {
    private static final String USAGE = "usage: io.neco.dctest.internet.Main --listen ADDRESS:PORT --state DIRECTORY\n"
            + "Serves releases in DIRECTORY/releases over HTTP, and the faults in DIRECTORY/faults.properties.\n"
            + "A server before it does TLS, as all the addresses in its answers are https.\n"
            + "   or: io.neco.dctest.internet.Main --proxy ADDRESS:PORT\n"
            + "Is an HTTP proxy.";
    private static final Set<Integer> TUNNEL_PORTS = Set.of(80, 443);

    private Main() {}

    /** Runs until it is killed. */
    public static void main(String[] args) {
        var options = new TreeMap<String, String>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        boolean isProxy = options.keySet().equals(Set.of("--proxy"));
        if (!isProxy && !options.keySet().equals(Set.of("--listen", "--state"))) {
            System.err.println(USAGE);
            System.exit(args.length == 1 && args[0].equals("--help") ? 0 : 2);
        }
        try {
            if (isProxy) {
                proxy(options.getOrDefault("--proxy", ""));
            } else {
                serve(options);
            }
        } catch (IOException | RuntimeException e) {
            System.err.println("cannot serve with " + options + ": " + e);
            System.exit(1);
        }
    }

    private static void serve(Map<String, String> options) throws IOException {
        var listen = options.getOrDefault("--listen", "");
        var sites = InternetServer.sites(Path.of(options.getOrDefault("--state", "")), Clock.systemUTC(), "https");
        var server = new InternetServer(address(listen), sites, System.out);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
        System.out.println("serving " + sites.keySet() + " on " + listen);
    }

    private static void proxy(String listen) throws IOException {
        var unused = new HttpProxy(address(listen), TUNNEL_PORTS, System.out);
        System.out.println("an HTTP proxy on " + listen);
    }

    private static InetSocketAddress address(String listen) {
        int colon = listen.lastIndexOf(':');
        return new InetSocketAddress(listen.substring(0, colon), Integer.parseInt(listen.substring(colon + 1)));
    }
}
