package io.neco.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * PEM text and where it comes from.
 *
 * @param name the file, for messages
 * @param text its contents
 */
record PemText(String name, String text) {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /**
     * One block of PEM.
     *
     * @param type e.g. {@code CERTIFICATE}
     * @param base64 its body
     */
    record Block(String type, String base64) {
        /** The bytes; {@link IllegalArgumentException} when they are not base64. */
        byte[] der() {
            return Base64.getMimeDecoder().decode(base64);
        }
    }

    /**
     * Reads what the configuration names.
     *
     * @param pem the text or its file
     * @param key the configuration key without {@code -file}, for messages
     * @param source the configuration's file, for messages; empty: none
     */
    static PemText of(EtcdConfig.Pem pem, String key, String source) {
        if (pem instanceof EtcdConfig.Pem.Literal literal) {
            return new PemText("the text given as " + key, literal.pem());
        }
        String path = ((EtcdConfig.Pem.InFile) pem).path();
        String named = path + " (" + key + "-file" + (source.isEmpty() ? "" : " in " + source) + ")";
        try {
            return new PemText(path, new String(Files.readAllBytes(Path.of(path)), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new EtcdConfigException(
                    named + " does not exist; check the configuration, or copy the file from where neco setup wrote it",
                    e);
        } catch (AccessDeniedException e) {
            throw new EtcdConfigException("no permission to read " + named + "; run this as root", e);
        } catch (IOException e) {
            throw new EtcdConfigException("cannot read " + named + ": " + e.getMessage(), e);
        }
    }

    /** All blocks in order; whatever stands between them is ignored. */
    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int typeEnd = text.indexOf(DASHES, at + BEGIN.length());
            if (typeEnd < 0) {
                break;
            }
            String type = text.substring(at + BEGIN.length(), typeEnd);
            int end = text.indexOf(END + type + DASHES, typeEnd);
            if (end < 0) {
                break;
            }
            blocks.add(new Block(type, text.substring(typeEnd + DASHES.length(), end)));
            at = text.indexOf(BEGIN, end);
        }
        return blocks;
    }

    /** The blocks that are certificates, at least one. */
    List<Block> certificateBlocks() {
        List<Block> certificates = new ArrayList<>();
        for (Block block : blocks()) {
            if (block.type().equals("CERTIFICATE") || block.type().equals("TRUSTED CERTIFICATE")) {
                certificates.add(block);
            }
        }
        if (certificates.isEmpty()) {
            throw new EtcdConfigException(name + " holds no certificate in PEM form");
        }
        return certificates;
    }
}
