import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Enumeration;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Part of bin/deb: stores the entries of all jars of a directory uncompressed, in their order and with one constant time. The package as a whole
 * is compressed instead, which makes it a fifth smaller, and the JVM has nothing to inflate. The native library that a jar brings is put beside
 * the jars, where it need not be unpacked at each start into a directory that may forbid execution. Signatures are left out, since classes of
 * signed jars cannot be archived, and so is the announcement of a security provider: whoever looks for an algorithm would load it, with its
 * library, in every program that speaks TLS.
 */
final class StoreJars {
    private static final String NATIVE = "libamazonCorrettoCryptoProvider.so";
    private static final Pattern LEFT_OUT = Pattern.compile("META-INF/([^/]+\\.(SF|RSA|DSA|EC)|services/java\\.security\\.Provider)");

    private StoreJars() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("usage: deb-jars.java DIRECTORY");
        }
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(args[0]), "*.jar")) {
            for (Path jar : jars) {
                Path stored = jar.resolveSibling(jar.getFileName() + ".stored");
                try (ZipFile in = new ZipFile(jar.toFile());
                        OutputStream file = Files.newOutputStream(stored);
                        ZipOutputStream out = new ZipOutputStream(file)) {
                    store(in, out, jar.toAbsolutePath().getParent());
                }
                Files.move(stored, jar, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void store(ZipFile in, ZipOutputStream out, Path directory) throws IOException {
        for (Enumeration<? extends ZipEntry> entries = in.entries(); entries.hasMoreElements(); ) {
            ZipEntry entry = entries.nextElement();
            if (LEFT_OUT.matcher(entry.getName()).matches()) {
                continue;
            }
            byte[] content = in.getInputStream(entry).readAllBytes();
            String name = Path.of(entry.getName()).getFileName().toString();
            if (name.equals(NATIVE)) {
                Files.write(directory.resolve(name), content);
                continue;
            }
            CRC32 crc = new CRC32();
            crc.update(content);
            ZipEntry copy = new ZipEntry(entry.getName());
            copy.setMethod(ZipEntry.STORED);
            copy.setSize(content.length);
            copy.setCrc(crc.getValue());
            copy.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
            out.putNextEntry(copy);
            out.write(content);
            out.closeEntry();
        }
    }
}
