package io.sistemo.cli;

import java.util.List;

/** The options that every command takes. */
final class GlobalOptions {
    static final Option<String> DATA_DIR = Option.text(
            "data-dir", "DIR", "data directory of the daemon (default ~/.sistemo, of the user who called sudo)");
    static final Option<String> OUTPUT =
            Option.choice("output", "o", "text for people or the API's JSON records", List.of("text", "json"));
    static final Option<Boolean> YES = Option.flag("yes", "y", "do not ask");
    static final Option<Boolean> HELP = Option.flag("help", "h", "show help");
    static final Option<Boolean> VERSION = Option.flag("version", "", "show the version");

    static final List<Option<?>> ALL = List.of(DATA_DIR, OUTPUT, YES, HELP, VERSION);

    private GlobalOptions() {}
}
