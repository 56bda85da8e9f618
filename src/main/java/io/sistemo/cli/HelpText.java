package io.sistemo.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Renders help from the table. */
final class HelpText {
    private HelpText() {}

    /** Help for the whole program. */
    static String overall(CommandTable table) {
        StringBuilder text = new StringBuilder();
        text.append(
                "Sistemo runs virtual machines on this host.\n\nUsage: sistemo COMMAND [OPTIONS]\n\nFirst steps:\n");
        text.append("  sudo sistemo install --image debian     prepare this host, once\n");
        text.append("  sudo sistemo up                         run the daemon\n");
        text.append("  sistemo machine deploy debian --name web\n");
        text.append("  sistemo machine ssh web\n");
        for (CommandTable.Group group : table.groups()) {
            text.append('\n')
                    .append(group.summary())
                    .append(aliases(group.aliases()))
                    .append(":\n");
            text.append(columns(rows(table.commandsOf(group.name()))));
        }
        text.append("\nThe host and this program:\n").append(columns(rows(table.commandsOf(""))));
        text.append("\nGlobal options:\n").append(columns(options(GlobalOptions.ALL)));
        text.append("\nMore about a command: sistemo COMMAND --help\n");
        return text.toString();
    }

    /** Help for the commands of a group. */
    static String of(CommandTable table, CommandTable.Group group) {
        return group.summary() + aliases(group.aliases()) + "\n\nUsage: sistemo " + group.name()
                + " COMMAND [OPTIONS]\n\nCommands:\n" + columns(rows(table.commandsOf(group.name())))
                + "\nMore about a command: sistemo " + group.name() + " COMMAND --help\n";
    }

    /** Help for one command. */
    static String of(Command command) {
        StringBuilder text = new StringBuilder(command.summary())
                .append(".\n\nUsage: sistemo ")
                .append(command.path());
        text.append(command.options().isEmpty() ? "" : " [OPTIONS]");
        text.append(
                        command.arguments().usage().isEmpty()
                                ? ""
                                : " " + command.arguments().usage())
                .append('\n');
        if (!command.aliases().isEmpty()) {
            text.append("Aliases: ")
                    .append(String.join(", ", command.aliases()))
                    .append('\n');
        }
        if (!command.details().isEmpty()) {
            text.append('\n').append(command.details()).append('\n');
        }
        if (!command.options().isEmpty()) {
            text.append("\nOptions:\n").append(columns(options(command.options())));
        }
        text.append("\nGlobal options:\n").append(columns(options(GlobalOptions.ALL)));
        if (!command.examples().isEmpty()) {
            text.append("\nExamples:\n");
            command.examples()
                    .forEach(example -> text.append("  ").append(example).append('\n'));
        }
        return text.toString();
    }

    private static String aliases(List<String> aliases) {
        return aliases.isEmpty() ? "" : " (also: " + String.join(", ", aliases) + ")";
    }

    private static List<List<String>> rows(List<Command> commands) {
        return commands.stream()
                .map(command ->
                        List.of((command.path() + " " + command.arguments().usage()).strip(), command.summary()))
                .toList();
    }

    private static List<List<String>> options(List<Option<?>> options) {
        List<List<String>> rows = new ArrayList<>();
        for (Option<?> option : options) {
            String letter = option.letter().isEmpty() ? "    " : "-" + option.letter() + ", ";
            String value = option.takesValue() ? " " + option.placeholder() : "";
            rows.add(List.of(letter + "--" + option.name() + value, option.help()));
        }
        return rows;
    }

    private static String columns(List<List<String>> rows) {
        int width = rows.stream().mapToInt(row -> row.getFirst().length()).max().orElse(0);
        return rows.stream()
                .map(row -> "  " + row.getFirst()
                        + " ".repeat(width - row.getFirst().length() + 2) + row.getLast() + "\n")
                .collect(Collectors.joining());
    }
}
