package io.sistemo.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes sense of a command line, once. Global options may stand anywhere before {@code --}. Of an option that is given again
 * the last counts, unless it takes several.
 */
final class Parser {
    private final CommandTable table;
    private final Map<Option<?>, Object> values = new LinkedHashMap<>();
    private final List<String> arguments = new ArrayList<>();
    private CommandTable.@Nullable Group group;
    private @Nullable Command command;

    private Parser(CommandTable table) {
        this.table = table;
    }

    /** What a command line asks for. */
    sealed interface Parsed {
        /** Run a command. */
        record Run(Invocation invocation) implements Parsed {}

        /** Show help: of a command, of a group, or of the whole. */
        record Help(Optional<CommandTable.Group> group, Optional<Command> command, boolean asked) implements Parsed {}

        /** Show the version. */
        record Version() implements Parsed {}
    }

    /**
     * Reads a command line.
     *
     * @throws UsageError when it makes no sense
     */
    static Parsed parse(CommandTable table, List<String> words) {
        return new Parser(table).parse(words);
    }

    private Parsed parse(List<String> words) {
        boolean helpWord = !words.isEmpty() && words.getFirst().equals("help");
        for (int i = helpWord ? 1 : 0; i < words.size(); i++) {
            String word = words.get(i);
            if (takesRest()) {
                int from = word.equals("--") ? i + 1 : i;
                arguments.addAll(words.subList(from, words.size()));
                break;
            }
            if (word.equals("--")) {
                arguments.addAll(words.subList(i + 1, words.size()));
                break;
            } else if (word.startsWith("-") && word.length() > 1) {
                i += option(word, i + 1 < words.size() ? words.get(i + 1) : null);
            } else if (command == null) {
                name(word);
            } else {
                arguments.add(word);
            }
        }
        return result(helpWord);
    }

    private Parsed result(boolean helpWord) {
        if (values.containsKey(GlobalOptions.VERSION)) {
            return new Parsed.Version();
        }
        if (helpWord || values.containsKey(GlobalOptions.HELP)) {
            return new Parsed.Help(Optional.ofNullable(group), Optional.ofNullable(command), true);
        }
        if (command == null) {
            return new Parsed.Help(Optional.ofNullable(group), Optional.empty(), false);
        }
        checkArguments(command);
        return new Parsed.Run(new Invocation(command, Map.copyOf(values), List.copyOf(arguments)));
    }

    private boolean takesRest() {
        return command != null && command.arguments().restIsRaw() && !arguments.isEmpty();
    }

    private void name(String word) {
        if (group == null) {
            group = table.findGroup(word).orElse(null);
            if (group != null) {
                return;
            }
        }
        String inGroup = group == null ? "" : group.name();
        Optional<CommandTable.Group> inner = table.findGroup(inGroup + " " + word);
        if (inner.isPresent()) {
            group = inner.get();
            return;
        }
        command = table.findCommand(inGroup, word).orElseThrow(() -> unknownCommand(inGroup, word));
    }

    private UsageError unknownCommand(String inGroup, String word) {
        List<String> known = new ArrayList<>();
        table.commandsOf(inGroup).forEach(other -> {
            known.add(other.name());
            known.addAll(other.aliases());
        });
        if (group == null) {
            table.groups().stream().filter(other -> !other.isInner()).forEach(other -> known.add(other.name()));
        } else {
            table.innerGroups(group).forEach(inner -> known.add(inner.lastWord()));
        }
        String asked = inGroup.isEmpty() ? word : inGroup + " " + word;
        String hint = Suggestion.nearest(word, known)
                .map(found -> "did you mean " + found + "?")
                .orElse("see: sistemo " + (inGroup.isEmpty() ? "" : inGroup + " ") + "--help");
        return new UsageError("unknown command \"" + asked + "\"; " + hint);
    }

    /** Reads an option and returns how many further words it took. */
    private int option(String word, @Nullable String next) {
        int equals = word.indexOf('=');
        String spelled = equals < 0 ? word : word.substring(0, equals);
        Option<?> option = findOption(spelled).orElseThrow(() -> unknownOption(spelled));
        if (!option.takesValue()) {
            if (equals >= 0) {
                throw new UsageError("option " + spelled + " takes no value");
            }
            values.put(option, true);
            return 0;
        }
        if (equals >= 0) {
            put(option, spelled, word.substring(equals + 1));
            return 0;
        }
        if (next == null || next.startsWith("--")) {
            throw new UsageError("option " + spelled + " needs a value: " + spelled + " " + option.placeholder());
        }
        put(option, spelled, next);
        return 1;
    }

    @SuppressWarnings("unchecked") // what is there under an option was made by its own reader
    private <T> void put(Option<T> option, String spelled, String text) {
        try {
            T value = option.reader().apply(text);
            @Nullable T before = (T) values.get(option);
            values.put(option, before == null ? value : option.merger().apply(before, value));
        } catch (IllegalArgumentException e) {
            throw new UsageError("option " + spelled + ": " + e.getMessage());
        }
    }

    private Optional<Option<?>> findOption(String spelled) {
        for (Option<?> option : knownOptions()) {
            if (spelled.equals("--" + option.name())
                    || (!option.letter().isEmpty() && spelled.equals("-" + option.letter()))) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }

    private List<Option<?>> knownOptions() {
        List<Option<?>> known = new ArrayList<>();
        if (command != null) {
            known.addAll(command.options());
        }
        known.addAll(GlobalOptions.ALL);
        return known;
    }

    private UsageError unknownOption(String spelled) {
        List<String> known =
                knownOptions().stream().map(option -> "--" + option.name()).toList();
        String where = command == null ? "" : " for " + command.path();
        return new UsageError("unknown option " + spelled + where + Suggestion.hint(spelled, known));
    }

    private void checkArguments(Command named) {
        Command.Arguments expected = named.arguments();
        String usage = ("sistemo " + named.path() + " " + expected.usage()).strip();
        if (arguments.size() < expected.least()) {
            throw new UsageError(named.path() + " needs more: " + usage);
        }
        if (arguments.size() > expected.most()) {
            throw new UsageError("\"" + arguments.get(expected.most()) + "\" is too much: " + usage);
        }
        if (!arguments.isEmpty() && arguments.getFirst().isBlank()) {
            throw new UsageError("the name is empty: " + usage);
        }
    }
}
