package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaReaderTest {
    /** A store in memory whose revision grows with every read. */
    private static final class Memory extends SchemaReader {
        private final Map<String, String> keys = new TreeMap<>();
        private final List<KeyRange> reads = new ArrayList<>();
        private long revision = 10;
        private int compactions;

        @Override
        KeyValues range(KeyRange range) {
            reads.add(range);
            revision++;
            if (range.revision() != 0 && compactions > 0) {
                compactions--;
                throw new CompactedException("compacted", new IllegalStateException());
            }
            List<KeyValues.Entry> entries = keys.entrySet().stream()
                    .filter(e -> range.prefix()
                            ? e.getKey().startsWith(range.key())
                            : e.getKey().equals(range.key()))
                    .map(e -> new KeyValues.Entry(e.getKey(), e.getValue().getBytes(StandardCharsets.UTF_8), 7))
                    .toList();
            return new KeyValues(revision, entries);
        }

        @Override
        public void close() {}
    }

    private final Memory store = new Memory();

    @Test
    void snapshotPinsAllReadsToTheRevisionOfTheFirst() {
        assertThat(store.snapshot().revision()).isEqualTo(11);

        assertThat(store.reads).extracting(KeyRange::revision).containsExactly(0L, 11L, 11L, 11L);
        assertThat(store.reads.get(1).keysOnly()).isTrue();
    }

    @Test
    void snapshotStartsAgainAfterACompactionButNotForever() {
        store.compactions = 2;
        assertThat(store.snapshot().revision()).isGreaterThan(11);

        store.compactions = Integer.MAX_VALUE;
        assertThatThrownBy(store::snapshot).isInstanceOf(CompactedException.class);
    }

    @Test
    void aServerWithoutANumberIsMalformed() {
        store.keys.put("info/bootservers/x", "");

        assertThatThrownBy(store::snapshot)
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("info/bootservers/x");
    }

    @Test
    void aMalformedReportFailsTheWholeRead() {
        store.keys.put("status/bootservers/0", "{}");
        store.keys.put("status/bootservers/1", "garbage");

        assertThatThrownBy(store::statuses)
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("status/bootservers/1")
                .hasMessageContaining("garbage");
    }

    @Test
    void aBlankProxyIsNone() {
        assertThat(store.proxy()).isEmpty();
        store.keys.put("config/proxy", " \n");
        assertThat(store.proxy()).isEmpty();
        store.keys.put("config/proxy", "http://10.0.49.3:3128\n");
        assertThat(store.proxy()).contains("http://10.0.49.3:3128");
    }

    @Test
    void aProxyThatNoClientCanUseIsMalformedAndItsPasswordNotShown() {
        store.keys.put("config/proxy", "https://user:secret@10.0.49.3:3128");

        assertThatThrownBy(store::proxy)
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("config/proxy")
                .hasMessageContaining("https://…@10.0.49.3:3128")
                .hasMessageEndingWith("set it anew with `neco config set proxy`")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aTokenIsReadWithoutWhatIsBlankAroundIt() {
        assertThat(store.gitHubToken()).isEmpty();
        store.keys.put("config/github-token", " \r\n");
        assertThat(store.gitHubToken()).isEmpty();
        store.keys.put("config/github-token", "ghp_s3cret\r\n");
        assertThat(store.gitHubToken()).contains("ghp_s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ghp_s3cret\nX-Evil: 1", "ghp s3cret", "s3cret\u0000", "s3crét", "s3cret\u2028"})
    void aTokenThatNoHeaderCanHoldIsMalformedAndNotShown(String token) {
        store.keys.put("config/github-token", token + "x");

        assertThatThrownBy(store::gitHubToken)
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("the GitHub token of etcd key config/github-token (a secret, not shown)")
                .hasMessageEndingWith("set it anew with `neco config set github-token`")
                .hasMessageNotContaining("s3cr");
    }

    @Test
    void currentRequestHasBothRevisions() {
        assertThat(store.currentRequest().modRevision()).isZero();
        store.keys.put("status/current", "{}");
        CurrentRequest current = store.currentRequest();
        assertThat(current.modRevision()).isEqualTo(7);
        assertThat(current.storeRevision()).isEqualTo(12);
    }
}
