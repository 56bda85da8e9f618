package io.sistemo.cli;

import io.sistemo.api.ApiJson;
import io.sistemo.api.DaemonAddress;
import io.sistemo.api.DaemonClient;
import io.sistemo.api.DaemonLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a command works with: the terminal, the global options, and the daemon. */
final class Session {
    private final Terminal terminal;
    private final Invocation invocation;
    private final LocalCommands local;

    Session(Terminal terminal, Invocation invocation, LocalCommands local) {
        this.terminal = terminal;
        this.invocation = invocation;
        this.local = local;
    }

    Terminal terminal() {
        return terminal;
    }

    Output out() {
        return terminal.out();
    }

    LocalCommands local() {
        return local;
    }

    boolean json() {
        return invocation.find(GlobalOptions.OUTPUT).orElse("text").equals("json");
    }

    boolean yes() {
        return invocation.has(GlobalOptions.YES);
    }

    /** The data directory that was given or is the default; absolute, perhaps absent. */
    Path dataDirectory() throws IOException {
        Optional<String> given = invocation.find(GlobalOptions.DATA_DIR);
        if (given.isPresent()) {
            return terminal.workingDirectory().resolve(given.get()).normalize();
        }
        return DaemonLocation.defaultDataDirectory(terminal.environment());
    }

    /** A client of the daemon that is meant; whether it runs shows at the first call. */
    DaemonClient client() throws IOException {
        Optional<String> key =
                Optional.ofNullable(terminal.environment().get("HOST_API_KEY")).filter(value -> !value.isEmpty());
        return new DaemonClient(address(), key);
    }

    private DaemonAddress address() throws IOException {
        String url = terminal.environment().getOrDefault(DaemonLocation.URL_VARIABLE, "");
        if (!url.isEmpty()) {
            try {
                return DaemonAddress.parse(url);
            } catch (IllegalArgumentException e) {
                throw new CommandFailed(DaemonLocation.URL_VARIABLE + ": " + e.getMessage(), ExitCode.FAILED, e);
            }
        }
        Path directory = dataDirectory();
        Optional<DaemonAddress> written;
        try {
            written = DaemonLocation.find(directory);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(String.valueOf(e.getMessage()), ExitCode.FAILED, e);
        }
        boolean named = invocation.find(GlobalOptions.DATA_DIR).isPresent();
        if (written.isEmpty() && named) {
            // The default port may belong to the daemon of another directory, with other machines of the same names.
            throw new CommandFailed(notRunningFor(directory), ExitCode.FAILED);
        }
        return written.orElse(DaemonAddress.DEFAULT);
    }

    private static String notRunningFor(Path directory) {
        if (!Files.isDirectory(directory)) {
            return "The data directory " + directory + " does not exist or is not readable by you.";
        }
        return "The daemon of " + directory + " is not running. Start it with: sudo sistemo up --data-dir " + directory;
    }

    /** Writes a record of the API as JSON. */
    void printJson(Object record) throws IOException {
        out().line(ApiJson.lenient().writePretty(record));
    }

    /** Writes a table. */
    void print(TextTable table) throws IOException {
        for (String line : table.render()) {
            out().line(line);
        }
    }

    /** Writes names and values, one on each line. */
    void printDetails(List<List<String>> details) throws IOException {
        int width =
                details.stream().mapToInt(row -> row.getFirst().length()).max().orElse(0);
        for (List<String> row : details) {
            String label = row.getFirst() + ":";
            out().line(label + " ".repeat(width + 3 - label.length()) + Printable.line(row.getLast()));
        }
    }
}
