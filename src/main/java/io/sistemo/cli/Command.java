package io.sistemo.cli;

import java.io.IOException;
import java.util.List;

/**
 * A command of the table.
 *
 * @param group the word before its name, or empty
 * @param name its word
 * @param aliases other words for it
 * @param summary one line, without a full stop
 * @param details further lines for its own help
 * @param arguments what follows the options
 * @param options its own, without the global ones
 * @param examples command lines
 * @param action what it does
 */
record Command(
        String group,
        String name,
        List<String> aliases,
        String summary,
        String details,
        Arguments arguments,
        List<Option<?>> options,
        List<String> examples,
        Action action) {

    /** What a command does. */
    @FunctionalInterface
    interface Action {
        /** Runs it and returns the exit code. */
        int run(Invocation invocation, Session session) throws IOException, InterruptedException;
    }

    /** What an argument names, for completion. */
    enum Kind {
        MACHINE,
        VOLUME,
        NETWORK,
        IMAGE,
        SHELL,
        WORD
    }

    /**
     * The arguments of a command.
     *
     * @param usage as in the help
     * @param least how many there must be
     * @param most how many there may be
     * @param restIsRaw whether all that follows the first belongs to a command in the guest
     * @param kind what the first one names
     */
    record Arguments(String usage, int least, int most, boolean restIsRaw, Kind kind) {
        static final Arguments NONE = new Arguments("", 0, 0, false, Kind.WORD);
        static final Arguments VOLUME = new Arguments("NAME", 1, 1, false, Kind.VOLUME);
        static final Arguments MACHINE = new Arguments("NAME", 1, 1, false, Kind.MACHINE);
    }

    /** The words that name it. */
    String path() {
        return group.isEmpty() ? name : group + " " + name;
    }
}
