package io.neco.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The completion script for bash, made from the tree of commands and from what parses their options. It follows the words of the line
 * through the tree as {@link Invocation} does, and offers what may stand at the cursor: words of a group, arguments and flags of a command,
 * values of a flag.
 */
final class CompletionScript {
    /** Stands for names of files. */
    private static final String FILES = "FILES";

    private static final String GROUP_FLAGS = "-h --help --logfile --loglevel --logformat";

    private final Surroundings surroundings;
    private final List<String> commands = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();
    /** Clauses of bash's case, by the command that begins them. */
    private final Map<String, String> aliases = new LinkedHashMap<>();

    private final Map<String, String> words = new LinkedHashMap<>();
    private final Map<String, String> flags = new LinkedHashMap<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, String> arguments = new LinkedHashMap<>();

    CompletionScript(Surroundings surroundings) {
        this.surroundings = surroundings;
        visit(CommandTree.ROOT, List.of());
        addOptions("*", CommandSpec.forAnnotatedObject(new GlobalOptions()).options());
        // the only argument whose values depend on the one before it
        arguments.put("config set:1:env", String.join(" ", ConfigKeys.ENVIRONMENTS));
    }

    private void visit(CommandNode node, List<String> path) {
        String name = String.join(" ", path);
        if (!path.isEmpty()) {
            commands.add(name);
            for (String alias : node.aliases()) {
                List<String> other = new ArrayList<>(path.subList(0, path.size() - 1));
                other.add(alias);
                aliases.put(String.join(" ", other), name);
            }
        }
        if (!node.isGroup()) {
            visitCommand(node, path, name);
            return;
        }
        groups.add(name);
        TreeSet<String> children = new TreeSet<>();
        for (CommandNode child : node.children()) {
            children.add(child.name());
            children.addAll(child.aliases());
            List<String> below = new ArrayList<>(path);
            below.add(child.name());
            visit(child, below);
        }
        if (path.isEmpty()) {
            children.add("help");
        }
        words.put(name, String.join(" ", children));
        flags.put(name, GROUP_FLAGS + (path.isEmpty() ? " --version" : ""));
    }

    private void visitCommand(CommandNode node, List<String> path, String name) {
        CommandSpec spec = Parsers.of(
                        node.maker().orElseThrow().apply(surroundings),
                        new GlobalOptions(),
                        new Invocation(path, node, List.of(), false))
                .getCommandSpec();
        TreeSet<String> all = new TreeSet<>();
        spec.options().forEach(option -> Collections.addAll(all, option.names()));
        flags.put(name, String.join(" ", all));
        addOptions(name, spec.options());
        List<String> labels = node.arguments().isEmpty()
                ? List.of()
                : List.of(node.arguments().split(" ", -1));
        boolean isRepeated = node.arguments().contains("...");
        for (int i = 0; i < labels.size(); i++) {
            String offered = labels.get(i).matches(".*FILE\\W*") ? FILES : candidates(spec, i, isRepeated);
            if (!offered.isEmpty()) {
                arguments.put(name + ":" + (isRepeated ? "*" : i + ":*"), offered);
            }
        }
    }

    private static String candidates(CommandSpec spec, int position, boolean isRepeated) {
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            if (parameter.index().min() == position
                    || (isRepeated && parameter.index().contains(position))) {
                return candidates(parameter);
            }
        }
        return "";
    }

    private static String candidates(ArgSpec argument) {
        return argument.completionCandidates() == null ? "" : String.join(" ", argument.completionCandidates());
    }

    private void addOptions(String command, List<OptionSpec> options) {
        for (OptionSpec option : options) {
            if (option.arity().max() > 0) {
                for (String name : option.names()) {
                    values.putIfAbsent(
                            command + ":" + name, option.paramLabel().equals("FILE") ? FILES : candidates(option));
                }
            }
        }
    }

    /** The script. */
    @Override
    public String toString() {
        StringBuilder script = new StringBuilder("""
                # bash completion for neco                                 -*- shell-script -*-

                # __neco_word WORD: follows a word that is no flag; an unknown one leads nowhere
                __neco_word()
                {
                    case "${path:+$path }$1" in
                """);
        script.append("        ").append(patterns(commands)).append(") path=\"${path:+$path }$1\"; return ;;\n");
        aliases.forEach((alias, name) -> script.append("        ")
                .append(pattern(alias))
                .append(") path='")
                .append(name)
                .append("'; return ;;\n"));
        script.append("""
                    esac
                    case "$path" in
                """);
        script.append("        ").append(patterns(groups)).append(") path='?' ;;\n");
        script.append("""
                        *) [[ $position -gt 0 ]] || first=$1; position=$((position + 1)) ;;
                    esac
                }

                # words of a group
                __neco_words()
                {
                    case "$path" in
                """);
        cases(script, words);
        script.append("""
                    esac
                }

                # flags of what has been typed so far
                __neco_flags()
                {
                    case "$path" in
                """);
        cases(script, flags);
        script.append("""
                    esac
                }

                # __neco_values FLAG: its values; fails for a flag that has none
                __neco_values()
                {
                    case "$path:$1" in
                """);
        cases(script, values);
        script.append("""
                        *) return 1 ;;
                    esac
                }

                # arguments of a command
                __neco_arguments()
                {
                    case "$path:$position:$first" in
                """);
        cases(script, arguments);
        return script.append("""
                    esac
                }

                _neco()
                {
                    local cur=${COMP_WORDS[COMP_CWORD]} path= flag= first= help= ended= offered= word
                    local position=0 i
                    COMPREPLY=()
                    for ((i = 1; i < COMP_CWORD; i++)); do
                        word=${COMP_WORDS[i]}
                        if [[ -n $flag ]]; then
                            # bash makes three words of --flag=value
                            [[ $word == = ]] || flag=
                        elif [[ -z $ended && $word == -- ]]; then
                            ended=1
                        elif [[ -z $ended && $word == -* ]]; then
                            if __neco_values "$word"; then flag=$word; fi
                        elif [[ $i == 1 && $word == help ]]; then
                            help=1
                        else
                            __neco_word "$word"
                        fi
                    done
                    [[ $cur != = ]] || cur=
                    offered=
                    if [[ -n $flag ]]; then
                        __neco_values "$flag"
                    elif [[ -z $ended && $cur == -* ]]; then
                        [[ -n $help ]] || __neco_flags
                    else
                        __neco_words
                        if [[ -n $help ]]; then offered=${offered/ help / }; else __neco_arguments; fi
                    fi
                    if [[ $offered == FILES ]]; then
                        compopt -o filenames 2>/dev/null
                        local IFS=$'\\n'
                        COMPREPLY=($(compgen -f -- "$cur"))
                    else
                        COMPREPLY=($(compgen -W "$offered" -- "$cur"))
                    fi
                }

                complete -F _neco neco

                # ex: ts=4 sw=4 et filetype=sh
                """).toString();
    }

    private static void cases(StringBuilder script, Map<String, String> clauses) {
        clauses.forEach((pattern, offered) -> script.append("        ")
                .append(pattern(pattern))
                .append(") offered='")
                .append(offered)
                .append("' ;;\n"));
    }

    private static String patterns(List<String> texts) {
        return String.join("|", texts.stream().map(CompletionScript::pattern).toList());
    }

    /** All of it literal but asterisks. */
    private static String pattern(String text) {
        return ("'" + text + "'").replace("*", "'*'").replace("''*", "*").replace("*''", "*");
    }
}
