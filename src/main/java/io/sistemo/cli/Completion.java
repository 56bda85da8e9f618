package io.sistemo.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Renders completion scripts from the table. */
final class Completion {
    /** How a script learns the names of machines and images; silent when the daemon does not run. */
    private static final String NAMES = "sistemo %s list 2>/dev/null | awk 'NR > 1 { print $%d }'";

    private Completion() {}

    /** The script for a shell. */
    static String script(CommandTable table, String shell) {
        return switch (shell) {
            case "bash" -> bash(table);
            case "zsh" -> "#compdef sistemo\nautoload -U +X bashcompinit && bashcompinit\n" + bash(table);
            case "fish" -> fish(table);
            default -> throw new UsageError("\"" + shell + "\" is not one of bash, zsh, fish");
        };
    }

    private static String bash(CommandTable table) {
        StringBuilder script = new StringBuilder();
        script.append("_sistemo() {\n");
        script.append("  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n");
        script.append("  local i path='' words='' skip=''\n");
        script.append("  for ((i = 1; i < COMP_CWORD; i++)); do\n");
        script.append("    if [ -n \"$skip\" ]; then skip=''; continue; fi\n");
        script.append("    case \"${COMP_WORDS[i]}\" in\n      ")
                .append(valueOptions(GlobalOptions.ALL))
                .append(") skip=1 ;;\n      -*) ;;\n");
        script.append("      *) case \"$path\" in\n");
        script.append("           '' | ")
                .append(groupWords(table))
                .append(") path=\"${path:+$path }${COMP_WORDS[i]}\" ;;\n");
        script.append("           *) ;;\n         esac ;;\n    esac\n  done\n");
        script.append("  case \"$previous\" in\n");
        choices(table)
                .forEach(option -> script.append("    ")
                        .append(spellings(option, " | "))
                        .append(") COMPREPLY=($(compgen -W '")
                        .append(String.join(" ", option.choices()))
                        .append("' -- \"$current\")); return ;;\n"));
        script.append("    --data-dir) COMPREPLY=($(compgen -d -- \"$current\")); return ;;\n  esac\n");
        script.append("  case \"$path\" in\n    '') words='")
                .append(topWords(table))
                .append("' ;;\n");
        for (CommandTable.Group group : table.groups()) {
            script.append("    ").append(patterns("", names(group))).append(") words='");
            script.append(commandNames(table.commandsOf(group.name())))
                    .append(innerWords(table, group))
                    .append("' ;;\n");
        }
        for (Command command : table.commands()) {
            script.append("    ")
                    .append(patterns(prefixesOf(table, command), names(command)))
                    .append(")\n");
            script.append("      words='").append(optionWords(command)).append("'\n");
            script.append(bashArguments(command));
            script.append("      ;;\n");
        }
        script.append("  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n");
        script.append("complete -o bashdefault -F _sistemo sistemo ./sistemo\n");
        return script.toString();
    }

    private static String bashArguments(Command command) {
        return switch (command.arguments().kind()) {
            case MACHINE -> "      words=\"$words $(" + String.format(Locale.ROOT, NAMES, "machine", 2) + ")\"\n";
            case VOLUME -> "      words=\"$words $(" + String.format(Locale.ROOT, NAMES, "volume", 1) + ")\"\n";
            case NETWORK -> "      words=\"$words $(" + String.format(Locale.ROOT, NAMES, "network", 1) + ")\"\n";
            case IMAGE -> "      words=\"$words debian $(" + String.format(Locale.ROOT, NAMES, "image", 1) + ")\"\n";
            case SHELL -> "      words=\"$words bash zsh fish\"\n";
            case WORD -> "";
        };
    }

    private static String fish(CommandTable table) {
        StringBuilder script = new StringBuilder("complete -c sistemo -f\n");
        for (Option<?> option : GlobalOptions.ALL) {
            script.append("complete -c sistemo").append(fishOption(option)).append('\n');
        }
        String noneYet = "not __fish_seen_subcommand_from " + topWords(table);
        table.groups().stream()
                .filter(group -> !group.isInner())
                .forEach(group -> script.append(fishWord(noneYet, group.name(), group.summary())));
        table.commandsOf("").forEach(command -> script.append(fishWord(noneYet, command.name(), command.summary())));
        for (CommandTable.Group group : table.groups()) {
            String inGroup = "__fish_seen_subcommand_from " + String.join(" ", names(group))
                    + "; and not __fish_seen_subcommand_from " + commandNames(table.commandsOf(group.name()));
            table.commandsOf(group.name())
                    .forEach(command -> script.append(fishWord(inGroup, command.name(), command.summary())));
            table.innerGroups(group)
                    .forEach(inner -> script.append(fishWord(inGroup, inner.lastWord(), inner.summary())));
        }
        for (Command command : table.commands()) {
            String seen =
                    command.group().isEmpty() ? "" : "__fish_seen_subcommand_from " + group(table, command) + "; and ";
            String condition = seen + "__fish_seen_subcommand_from " + String.join(" ", names(command));
            for (Option<?> option : command.options()) {
                script.append("complete -c sistemo -n '").append(condition).append('\'');
                script.append(fishOption(option)).append('\n');
            }
            script.append(fishArguments(command, condition));
        }
        return script.toString();
    }

    private static String fishArguments(Command command, String condition) {
        String words = switch (command.arguments().kind()) {
            case MACHINE -> "(" + String.format(Locale.ROOT, NAMES, "machine", 2) + ")";
            case VOLUME -> "(" + String.format(Locale.ROOT, NAMES, "volume", 1) + ")";
            case NETWORK -> "(" + String.format(Locale.ROOT, NAMES, "network", 1) + ")";
            case IMAGE -> "debian (" + String.format(Locale.ROOT, NAMES, "image", 1) + ")";
            case SHELL -> "bash zsh fish";
            case WORD -> "";
        };
        return words.isEmpty()
                ? ""
                : "complete -c sistemo -n '" + condition + "' -a \"" + words.replace("$", "\\$") + "\"\n";
    }

    private static String fishWord(String condition, String word, String summary) {
        return "complete -c sistemo -n '" + condition + "' -a " + word + " -d " + fishQuoted(summary) + "\n";
    }

    private static String fishOption(Option<?> option) {
        String letter = option.letter().isEmpty() ? "" : " -s " + option.letter();
        String value = !option.takesValue()
                ? ""
                : option.choices().isEmpty() ? " -r" : " -x -a '" + String.join(" ", option.choices()) + "'";
        return letter + " -l " + option.name() + value + " -d " + fishQuoted(option.help());
    }

    private static String fishQuoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static String group(CommandTable table, Command command) {
        return String.join(" ", names(table.findGroup(command.group()).orElseThrow()));
    }

    private static List<String> names(CommandTable.Group group) {
        List<String> names = new ArrayList<>(List.of(group.name()));
        names.addAll(group.aliases());
        return names;
    }

    private static List<String> names(Command command) {
        List<String> names = new ArrayList<>(List.of(command.name()));
        names.addAll(command.aliases());
        return names;
    }

    private static List<String> prefixesOf(CommandTable table, Command command) {
        return command.group().isEmpty()
                ? List.of("")
                : names(table.findGroup(command.group()).orElseThrow()).stream()
                        .map(name -> name + " ")
                        .toList();
    }

    private static String patterns(String prefix, List<String> names) {
        return patterns(List.of(prefix), names);
    }

    private static String patterns(List<String> prefixes, List<String> names) {
        return prefixes.stream()
                .flatMap(prefix -> names.stream().map(name -> "'" + prefix + name + "'"))
                .collect(Collectors.joining(" | "));
    }

    private static String groupWords(CommandTable table) {
        return table.groups().stream()
                .flatMap(group -> names(group).stream())
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(" | "));
    }

    private static String innerWords(CommandTable table, CommandTable.Group group) {
        return table.innerGroups(group).stream()
                .map(inner -> " " + inner.lastWord())
                .collect(Collectors.joining());
    }

    private static String topWords(CommandTable table) {
        String groups = table.groups().stream()
                .filter(group -> !group.isInner())
                .flatMap(group -> names(group).stream())
                .collect(Collectors.joining(" "));
        return groups + " " + commandNames(table.commandsOf(""));
    }

    private static String commandNames(List<Command> commands) {
        return commands.stream().flatMap(command -> names(command).stream()).collect(Collectors.joining(" "));
    }

    private static String optionWords(Command command) {
        List<Option<?>> all = new ArrayList<>(command.options());
        all.addAll(GlobalOptions.ALL);
        return all.stream().map(option -> "--" + option.name()).collect(Collectors.joining(" "));
    }

    private static String valueOptions(List<Option<?>> options) {
        return options.stream()
                .filter(Option::takesValue)
                .map(option -> spellings(option, " | "))
                .collect(Collectors.joining(" | "));
    }

    private static String spellings(Option<?> option, String separator) {
        return (option.letter().isEmpty() ? "" : "-" + option.letter() + separator) + "--" + option.name();
    }

    private static List<Option<?>> choices(CommandTable table) {
        List<Option<?>> all = new ArrayList<>(GlobalOptions.ALL);
        table.commands().forEach(command -> all.addAll(command.options()));
        return all.stream()
                .filter(option -> !option.choices().isEmpty())
                .distinct()
                .toList();
    }
}
