package io.neco.dctest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ProtobufTest {

    @Test
    void fieldsAreReadBackByNumber() throws IOException {
        byte[] text = "testing".getBytes(StandardCharsets.UTF_8);
        Protobuf.Writer inner = new Protobuf.Writer().number(1, 150).bytes(2, text);
        byte[] bytes = new Protobuf.Writer()
                .message(3, inner)
                .message(3, inner)
                .number(16, -1)
                .toBytes();

        Protobuf.Message message = Protobuf.Message.parse(bytes);

        assertThat(message.messages(3)).hasSize(2);
        assertThat(message.messages(3).get(1).number(1)).isEqualTo(150);
        assertThat(message.messages(3).get(1).bytes(2)).isEqualTo(text);
        assertThat(message.number(16)).isEqualTo(-1);
        assertThat(message.number(7)).isZero();
        assertThat(message.bytes(7)).isEmpty();
    }

    /** protobuf.dev, "Encoding": the first example. */
    @Test
    void encodingIsTheDocumentedOne() {
        assertThat(HexFormat.of().formatHex(new Protobuf.Writer().number(1, 150).toBytes()))
                .isEqualTo("089601");
    }

    @Test
    void truncatedMessageIsRefused() {
        assertThatThrownBy(() -> Protobuf.Message.parse(HexFormat.of().parseHex("1205616263")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Protobuf.Message.parse(HexFormat.of().parseHex("08ff")))
                .isInstanceOf(IOException.class);
    }
}
