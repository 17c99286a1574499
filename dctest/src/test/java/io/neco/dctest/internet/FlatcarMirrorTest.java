package io.neco.dctest.internet;

import static io.neco.dctest.internet.StateFixture.body;
import static io.neco.dctest.internet.StateFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlatcarMirrorTest {
    private static final String HOST = "stable.release.flatcar-linux.net";
    private static final String KERNEL = "/amd64-usr/3139.2.1/flatcar_production_pxe.vmlinuz";

    @TempDir
    Path directory;

    private StateFixture state;
    private FlatcarMirror mirror;

    @BeforeEach
    void setUp() {
        state = new StateFixture(directory);
        mirror = new FlatcarMirror(state.faults());
    }

    @Test
    void hasTheSameKernelEachTime() throws IOException {
        var first = mirror.answer(get(HOST, KERNEL));
        var second = mirror.answer(get(HOST, KERNEL));

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.content().length()).isEqualTo(2L << 20);
        assertThat(body(first)).isEqualTo(body(second));
    }

    @Test
    void hasAnotherKernelForAnotherVersion() throws IOException {
        var other = mirror.answer(get(HOST, KERNEL.replace("3139.2.1", "3139.2.2")));

        assertThat(body(other)).isNotEqualTo(body(mirror.answer(get(HOST, KERNEL))));
    }

    @Test
    void doesNotKnowOtherFiles() throws IOException {
        assertThat(mirror.answer(get(HOST, "/amd64-usr/3139.2.1/other")).status())
                .isEqualTo(404);
        assertThat(mirror.answer(get(HOST, "/amd64-usr/x/flatcar_production_pxe.vmlinuz"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void failsAsAskedFor() throws IOException {
        state.fault("flatcar=server-error");

        assertThat(mirror.answer(get(HOST, KERNEL)).status()).isEqualTo(500);
    }
}
