package io.neco.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlDocumentTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{a: &x [1], b: *x}                             | {\"a\":[1],\"b\":[1]}",
                "{a: &x {m: 1, n: 2}, b: {<<: *x, n: 3}}        | {\"a\":{\"m\":1,\"n\":2},\"b\":{\"m\":1,\"n\":3}}",
                "{a: &x {m: 1}, b: &y {n: 2}, c: {<<: [*x, *y]}}| {\"a\":{\"m\":1},\"b\":{\"n\":2},\"c\":{\"m\":1,\"n\":2}}",
                "{a: 1, a: 2}                                   | {\"a\":2}",
                "{1: 010, true: 0x10}                           | {\"1\":8,\"true\":16}",
                "[1, -2, 1.5, yes, null, ~, \"1\", 99999999999] | [1,-2,1.5,true,null,null,\"1\",99999999999]",
                "[2022-01-01, 1:30, 0123456789]                 | [\"2022-01-01\",\"1:30\",\"0123456789\"]",
                "``                                             | null",
                "---                                            | null",
            })
    void isATreeInWhichAliasesAndMergeKeysStandForWhatTheyReferTo(String yaml, String tree) throws IOException {
        assertThat(YamlDocument.read(yaml)).hasToString(tree);
    }

    @Test
    void onlyTheFirstDocumentCounts() throws IOException {
        assertThat(YamlDocument.read("a: 1\n---\nb: 2\n")).hasToString("{\"a\":1}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: [hunter2 | expected ',' or ']', but got <stream end> (line 1, column 12)",
                "a: *hunter2 | an alias stands for nothing (line 1, column 4)",
                "a: !hunter2 | a tag or a merge makes no sense (line 1, column 4)",
                "a: &b [*b]  | an alias refers to what it is part of",
                "a: &b {c: *b} | an alias refers to what it is part of",
                "{<<: 5}     | a tag or a merge makes no sense (line 1, column 6)",
            })
    void whatIsWrongIsToldInOneLineThatShowsNoValue(String yaml, String message) {
        assertThatThrownBy(() -> YamlDocument.read(yaml))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }
}
