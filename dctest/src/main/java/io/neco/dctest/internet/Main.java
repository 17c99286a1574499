package io.neco.dctest.internet;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The program on the host that plays the Internet. */
public final class Main {
    private static final String USAGE =
            "usage: io.neco.dctest.internet.Main --listen ADDRESS:PORT --state DIRECTORY --certificate FILE --key FILE\n"
                    + "Serves releases in DIRECTORY/releases over TLS, and the faults in DIRECTORY/faults.properties.\n"
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
        if (!isProxy && !options.keySet().equals(Set.of("--listen", "--state", "--certificate", "--key"))) {
            System.err.println(USAGE);
            System.exit(args.length == 1 && args[0].equals("--help") ? 0 : 2);
        }
        try {
            if (isProxy) {
                proxy(options.getOrDefault("--proxy", ""));
            } else {
                serve(options);
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            System.err.println("cannot serve with " + options + ": " + e);
            System.exit(1);
        }
    }

    private static void serve(Map<String, String> options) throws IOException, GeneralSecurityException {
        var listen = options.getOrDefault("--listen", "");
        var tls =
                context(Path.of(options.getOrDefault("--certificate", "")), Path.of(options.getOrDefault("--key", "")));
        var sites = InternetServer.sites(Path.of(options.getOrDefault("--state", "")), Clock.systemUTC(), "https");
        var server = new InternetServer(address(listen), Optional.of(tls), sites, System.out);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
        System.out.println("serving " + sites.keySet() + " on " + listen);
        CipherWarmUp.start();
    }

    private static void proxy(String listen) throws IOException {
        var unused = new HttpProxy(address(listen), TUNNEL_PORTS, System.out);
        System.out.println("an HTTP proxy on " + listen);
    }

    private static InetSocketAddress address(String listen) {
        int colon = listen.lastIndexOf(':');
        return new InetSocketAddress(listen.substring(0, colon), Integer.parseInt(listen.substring(colon + 1)));
    }

    private static SSLContext context(Path certificate, Path key) throws IOException, GeneralSecurityException {
        Certificate[] chain;
        try (InputStream in = Files.newInputStream(certificate)) {
            chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .toArray(new Certificate[0]);
        }
        var pem = Files.readString(key).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        var privateKey = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", privateKey, new char[0], chain);
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
