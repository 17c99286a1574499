package io.neco.contents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1beta1.PodSecurityPolicy;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.neco.cke.InvalidTemplateException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields of resources are those that Kubernetes has, with values of their types: a misspelt one would be ignored in silence. */
class KubernetesSchemaTest {
    /** By apiVersion and kind. */
    private static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("v1 Namespace", Namespace.class),
            Map.entry("v1 ConfigMap", ConfigMap.class),
            Map.entry("v1 Secret", Secret.class),
            Map.entry("v1 Service", Service.class),
            Map.entry("v1 ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1 Deployment", Deployment.class),
            Map.entry("apps/v1 DaemonSet", DaemonSet.class),
            Map.entry("batch/v1 Job", Job.class),
            Map.entry("batch/v1 CronJob", CronJob.class),
            Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("policy/v1beta1 PodSecurityPolicy", PodSecurityPolicy.class),
            Map.entry("rbac.authorization.k8s.io/v1 Role", Role.class),
            Map.entry("rbac.authorization.k8s.io/v1 RoleBinding", RoleBinding.class),
            Map.entry("rbac.authorization.k8s.io/v1 ClusterRole", ClusterRole.class),
            Map.entry("rbac.authorization.k8s.io/v1 ClusterRoleBinding", ClusterRoleBinding.class),
            Map.entry("apiextensions.k8s.io/v1 CustomResourceDefinition", CustomResourceDefinition.class),
            Map.entry(
                    "admissionregistration.k8s.io/v1 MutatingWebhookConfiguration", MutatingWebhookConfiguration.class),
            Map.entry(
                    "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration",
                    ValidatingWebhookConfiguration.class));

    private static final ObjectMapper STRICT = strict();

    /** The model's classes keep what they do not know; here they must not. */
    private static final class NothingElse extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }

    private static ObjectMapper strict() {
        ObjectMapper mapper = JsonMapper.builder()
                .annotationIntrospector(new NothingElse())
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .build();
        // the API server takes neither a number nor a truth value for a text
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        return mapper;
    }

    private static void check(JsonNode node) throws JsonProcessingException {
        String type = node.path("apiVersion").asText() + " " + node.path("kind").asText();
        Class<?> model = TYPES.get(type);
        assertThat(model).as("a model for " + type).isNotNull();
        STRICT.treeToValue(node, model);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"namespaces.yml", "cilium.yaml", "cilium-pre.yaml", "coil.yaml", "unbound.yml", "squid.yml"})
    void everyFieldExistsAndHasAValueOfItsType(String file) throws InvalidTemplateException {
        assertThat(Manifest.of(file, Manifest.parameters()))
                .isNotEmpty()
                .allSatisfy(manifest -> check(manifest.node()));
    }

    @Test
    void aMisspeltFieldAndAValueOfAnotherTypeAreFound() throws InvalidTemplateException {
        Manifest squid = Manifest.of("squid.yml", Manifest.parameters()).stream()
                .filter(m -> m.kind().equals("Deployment"))
                .findFirst()
                .orElseThrow();
        ObjectNode misspelt = squid.node().deepCopy();
        ((ObjectNode) misspelt.at("/spec/template/spec/containers/0")).put("readynessProbe", "x");
        ObjectNode number = squid.node().deepCopy();
        ((ObjectNode) number.at("/metadata")).putObject("labels").put("version", 5);
        ObjectNode text = squid.node().deepCopy();
        ((ObjectNode) text.at("/spec")).put("replicas", "two");

        assertThatThrownBy(() -> check(misspelt)).hasMessageContaining("readynessProbe");
        assertThatThrownBy(() -> check(number)).isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> check(text)).isInstanceOf(JsonProcessingException.class);
    }
}
