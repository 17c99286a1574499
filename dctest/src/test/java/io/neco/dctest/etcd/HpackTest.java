package io.neco.dctest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HpackTest {

    @Test
    void writtenHeadersAreReadBack() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Hpack.write(out, ":path", "/etcdserverpb.KV/Range");
        Hpack.write(out, "long", "x".repeat(1000));

        assertThat(Hpack.read(out.toByteArray()))
                .isEqualTo(Map.of(":path", "/etcdserverpb.KV/Range", "long", "x".repeat(1000)));
    }

    /** RFC 7541, appendix C.4.1 and C.6.1. */
    @Test
    void huffmanCodesOfTheStandardsExamplesAreDecoded() throws IOException {
        assertThat(huffman("f1e3c2e5f23a6ba0ab90f4ff")).isEqualTo("www.example.com");
        assertThat(huffman("d07abe941054d444a8200595040b8166e082a62d1bff")).isEqualTo("Mon, 21 Oct 2013 20:13:21 GMT");
        assertThat(huffman("9d29ad171863c78f0b97c8e9ae82ae43d3")).isEqualTo("https://www.example.com");
        assertThat(huffman(
                        "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"))
                .isEqualTo("foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
    }

    private static String huffman(String hex) throws IOException {
        return Hpack.Huffman.decode(HexFormat.of().parseHex(hex));
    }

    @Test
    void statusIsKnownFromTheStaticTable() throws IOException {
        assertThat(Hpack.read(HexFormat.of().parseHex("88"))).isEqualTo(Map.of(":status", "200"));
        assertThat(Hpack.read(HexFormat.of().parseHex("8c"))).isEqualTo(Map.of(":status", "400"));
    }

    @Test
    void brokenBlocksAreRefused() {
        assertThatThrownBy(() -> Hpack.read(HexFormat.of().parseHex("00"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Hpack.read(HexFormat.of().parseHex("000561"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Hpack.read(HexFormat.of().parseHex("be"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Hpack.read(HexFormat.of().parseHex("ffffffffffffff")))
                .isInstanceOf(IOException.class);
    }
}
