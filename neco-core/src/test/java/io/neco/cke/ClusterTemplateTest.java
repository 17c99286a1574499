package io.neco.cke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterTemplateTest {
    private static final String TEMPLATE = """
            # a comment
            name: neco
            nodes:
            - user: cybozu
              control_plane: true
              labels:
                cke.cybozu.com/role: cs
            - user: cybozu
              control_plane: false
              labels:
                cke.cybozu.com/role: "cs"
                cke.cybozu.com/weight: "18"
            - user: cybozu
              control_plane: false
              labels:
                cke.cybozu.com/role: "ss"
                cke.cybozu.com/weight: "10"
              taints:
              - key: cke.cybozu.com/role
                value: storage
                effect: NoSchedule
            reboot:
              command: ["/usr/bin/neco", "reboot-and-wait", "-"]
              protected_namespaces:
                matchLabels:
                  app: x
            """;

    private static SortedMap<String, Double> weights(Object... pairs) {
        SortedMap<String, Double> weights = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            weights.put((String) pairs[i], ((Number) pairs[i + 1]).doubleValue());
        }
        return weights;
    }

    private static String adapt(String cluster, SortedMap<String, Double> weights) throws InvalidTemplateException {
        return ClusterTemplate.adapt(TEMPLATE, "cke-template.yml", cluster, weights);
    }

    @Test
    void givesTheClustersNameAndSortsKeysWithoutComments() throws InvalidTemplateException {
        assertThat(adapt("gcp0", weights())).isEqualTo("""
                        name: gcp0
                        nodes:
                        - control_plane: true
                          labels:
                            cke.cybozu.com/role: cs
                          user: cybozu
                        - control_plane: false
                          labels:
                            cke.cybozu.com/role: cs
                            cke.cybozu.com/weight: "18"
                          user: cybozu
                        - control_plane: false
                          labels:
                            cke.cybozu.com/role: ss
                            cke.cybozu.com/weight: "10"
                          taints:
                          - effect: NoSchedule
                            key: cke.cybozu.com/role
                            value: storage
                          user: cybozu
                        reboot:
                          command:
                          - /usr/bin/neco
                          - reboot-and-wait
                          - "-"
                          protected_namespaces:
                            matchLabels:
                              app: x
                        """);
    }

    @Test
    void setsTheWeightOfTheFirstNodeThatIsNoControlPlane() throws InvalidTemplateException {
        assertThat(adapt("gcp0", weights("cs", 10, "ss", 20)))
                .containsSubsequence(
                        "control_plane: true", "cke.cybozu.com/role: cs\n  user", "role: cs", "weight: \"10.000000\"")
                .containsSubsequence("role: ss", "weight: \"20.000000\"");
    }

    @Test
    void addsAWeightWhereThereIsNone() throws InvalidTemplateException {
        String bare = TEMPLATE.replaceAll("(?m)^ *cke.cybozu.com/weight.*\n", "");

        assertThat(ClusterTemplate.adapt(bare, "t", "gcp0", weights("cs", 33.333333, "ss", 11.111111)))
                .contains("weight: \"33.333333\"", "weight: \"11.111111\"");
    }

    @Test
    void ignoresAWeightOfARoleWithoutNodes() throws InvalidTemplateException {
        assertThat(adapt("gcp0", weights("foo", 100))).isEqualTo(adapt("gcp0", weights()));
    }

    @Test
    void letsDevelopersNamespacesBeEvictedInStage0Only() throws InvalidTemplateException {
        assertThat(adapt("stage0", weights())).contains("""
                          protected_namespaces:
                            matchExpressions:
                            - key: development
                              operator: NotIn
                              values:
                              - "true"
                        """).doesNotContain("matchLabels");
        assertThat(adapt("stage01", weights())).contains("matchLabels");
        assertThat(ClusterTemplate.adapt("nodes: []", "t", "stage0", weights())).isEqualTo("name: stage0\nnodes: []\n");
    }

    @Test
    void keepsTheTypesOfValues() throws InvalidTemplateException {
        String yaml = """
                nodes: []
                a: 'yes'
                b: 1.10
                c: "0644"
                d: ~
                e: 2022-05-25
                f: "line\\nline"
                g: true
                h: &x {k: v}
                i: *x
                """;

        assertThat(ClusterTemplate.adapt(yaml, "t", "n", weights())).isEqualTo("""
                        a: "yes"
                        b: 1.1
                        c: "0644"
                        d: null
                        e: "2022-05-25"
                        f: "line\\nline"
                        g: true
                        h:
                          k: v
                        i:
                          k: v
                        name: "n"
                        nodes: []
                        """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    name: x                                    | t: nodes should be a slice, a list of node templates, but is missing
                    nodes: {a: b}                              | t: nodes should be a slice, a list of node templates, but is not
                    nodes: [a]                                 | t, nodes[0]: node should be a map
                    nodes: [{labels: {}}]                      | t, nodes[0]: control_plane is not found
                    nodes: [{control_plane: a, labels: {}}]    | t, nodes[0]: control_plane is not found
                    nodes: [{control_plane: false}]            | t, nodes[0]: labels should be a map
                    - a                                        | t should be a map, but is something else
                    ''                                         | t should be a map, but is empty
                    nodes: [                                   | t:1: not valid YAML: expected the node content
                    {a: 1, a: 2}                               | t:1: not valid YAML: found duplicate key a
                    """)
    void saysWhatIsWrongWithATemplate(String yaml, String message) {
        assertThatThrownBy(() -> ClusterTemplate.adapt(yaml, "t", "n", weights("cs", 1)))
                .isInstanceOf(InvalidTemplateException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void looksAtNodesOnlyAsFarAsWeightsNeedIt() throws InvalidTemplateException {
        assertThat(ClusterTemplate.adapt("nodes: [a]", "t", "n", weights())).contains("- a");
        assertThat(ClusterTemplate.adapt(
                        "nodes: [{control_plane: false, labels: {cke.cybozu.com/role: cs}}, a]",
                        "t",
                        "n",
                        new TreeMap<>(Map.of("cs", 1.0))))
                .contains("\"1.000000\"");
    }
}
