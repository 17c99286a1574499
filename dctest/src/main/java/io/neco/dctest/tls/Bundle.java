package io.neco.dctest.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds in a PEM file the few authorities that matter for a chain, by comparing encoded names. */
final class Bundle {
    private Bundle() {}

    static List<X509Certificate> read(Path file, X509Certificate[] chain) throws IOException, CertificateException {
        Set<ByteBuffer> wanted = new HashSet<>();
        for (X509Certificate certificate : chain) {
            wanted.add(ByteBuffer.wrap(certificate.getIssuerX500Principal().getEncoded()));
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> found = new ArrayList<>();
        for (Pem.Block block : Pem.parse(Files.readString(file, StandardCharsets.ISO_8859_1))) {
            if (block.type().equals("CERTIFICATE") && wanted.contains(subject(block.content()))) {
                found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content())));
            }
        }
        return found;
    }

    /**
     * The encoded subject: in the certificate's first part it comes after version, serial number, signature algorithm,
     * issuer and validity. Source: RFC 5280, section 4.1.
     */
    static ByteBuffer subject(byte[] certificate) throws CertificateException {
        try {
            ByteBuffer in = ByteBuffer.wrap(certificate);
            enter(in);
            enter(in);
            if (in.get(in.position()) == (byte) 0xa0) {
                skip(in);
            }
            for (int i = 0; i < 4; i++) {
                skip(in);
            }
            int start = in.position();
            skip(in);
            return ByteBuffer.wrap(certificate, start, in.position() - start).slice();
        } catch (RuntimeException e) {
            throw new CertificateException("a certificate is malformed", e);
        }
    }

    private static void enter(ByteBuffer in) {
        in.get();
        length(in);
    }

    private static void skip(ByteBuffer in) {
        in.get();
        int length = length(in);
        in.position(in.position() + length);
    }

    private static int length(ByteBuffer in) {
        int first = in.get() & 0xff;
        if (first < 128) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 127); i++) {
            length = (length << 8) | (in.get() & 0xff);
        }
        return length;
    }
}
