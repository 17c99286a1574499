package io.neco.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.composer.ComposerException;
import org.yaml.snakeyaml.constructor.ConstructorException;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * The first document of a text in YAML or JSON, as a tree. Aliases and merge keys stand for what they refer to, as for the reference; Jackson
 * takes an alias for the text of its name.
 */
public final class YamlDocument {
    private static final ObjectMapper SCALARS = new ObjectMapper();

    private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());

    private YamlDocument() {}

    /**
     * Reads a text; one without a document is null.
     *
     * @throws IOException when it is not YAML; the message is one line that tells what is wrong and where, without showing the text
     */
    public static JsonNode read(String text) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setWarnOnDuplicateKeys(false);
        DumperOptions unused = new DumperOptions();
        Yaml yaml = new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new Scalars());
        try {
            Iterator<Object> documents = yaml.loadAll(text).iterator();
            return documents.hasNext()
                    ? new YamlDocument().tree(documents.next())
                    : JsonNodeFactory.instance.nullNode();
        } catch (ComposerException e) {
            // the library names the alias, and what was meant for a password may look like one
            throw new IOException("an alias stands for nothing" + where(e.getProblemMark()), e);
        } catch (ConstructorException e) {
            throw new IOException("a tag or a merge makes no sense" + where(e.getProblemMark()), e);
        } catch (MarkedYAMLException e) {
            throw new IOException(e.getProblem() + where(e.getProblemMark()), e);
        } catch (YAMLException e) {
            throw new IOException(String.valueOf(e.getMessage()).replace('\n', ' '), e);
        }
    }

    private static String where(@Nullable Mark mark) {
        return mark == null ? "" : " (line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ")";
    }

    private JsonNode tree(@Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            enter(map);
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                node.set(String.valueOf(entry.getKey()), tree(entry.getValue()));
            }
            open.remove(map);
            return node;
        }
        if (value instanceof List<?> list) {
            enter(list);
            ArrayNode node = JsonNodeFactory.instance.arrayNode();
            for (Object item : list) {
                node.add(tree(item));
            }
            open.remove(list);
            return node;
        }
        return SCALARS.valueToTree(value);
    }

    private void enter(Object collection) throws IOException {
        if (!open.add(collection)) {
            throw new IOException("an alias refers to what it is part of");
        }
    }

    /** Without dates and numbers to the base of 60, which nothing here has: their text is meant. */
    private static final class Scalars extends Resolver {
        private static final Pattern WHOLE =
                Pattern.compile("[-+]?(?:0|[1-9][0-9_]*|0[0-7_]+|0b[01_]+|0x[0-9a-fA-F_]+)");

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, WHOLE, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }
}
