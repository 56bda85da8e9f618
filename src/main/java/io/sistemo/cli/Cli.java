package io.sistemo.cli;

import io.sistemo.api.DaemonRefusal;
import io.sistemo.api.DaemonUnreachable;
import java.io.IOException;
import java.util.List;

/** The command line: from words to an exit code. */
public final class Cli {
    private final Terminal terminal;
    private final LocalCommands local;

    private Cli(Terminal terminal, LocalCommands local) {
        this.terminal = terminal;
        this.local = local;
    }

    /**
     * Runs one command line to its end. Data goes to standard output and all else to standard error; no exception leaves,
     * and a trace is shown only when {@code SISTEMO_DEBUG} is 1.
     *
     * @return the exit code
     */
    public static int run(String[] words, Terminal terminal, LocalCommands local) {
        return new Cli(terminal, local).run(List.of(words));
    }

    private int run(List<String> words) {
        int code;
        try {
            code = dispatch(words);
            terminal.out().flush();
            return code;
        } catch (UsageError e) {
            return fail(e, ExitCode.USAGE);
        } catch (CommandFailed e) {
            code = fail(e, e.exitCode());
        } catch (Output.Closed e) {
            return ExitCode.OUTPUT_CLOSED;
        } catch (DaemonUnreachable | DaemonRefusal e) {
            code = fail(e, ExitCode.FAILED);
        } catch (IOException e) {
            code = fail(e, ExitCode.FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            code = ExitCode.INTERRUPTED;
        } catch (RuntimeException e) {
            code = unexpected(e);
        }
        return flushed(code);
    }

    private int dispatch(List<String> words) throws IOException, InterruptedException {
        CommandTable table = new CommandTable();
        Parser.Parsed parsed = Parser.parse(table, words);
        // No pattern switch on the way of every command: the JVM links one at run time, which no cache saves it.
        if (parsed instanceof Parser.Parsed.Run run) {
            Invocation invocation = run.invocation();
            return invocation.command().action().run(invocation, new Session(terminal, invocation, local));
        }
        if (parsed instanceof Parser.Parsed.Help help) {
            return showHelp(table, help);
        }
        terminal.out().line(HostCommands.versionLine());
        return ExitCode.OK;
    }

    private int showHelp(CommandTable table, Parser.Parsed.Help help) throws IOException {
        String text = help.command().isPresent()
                ? HelpText.of(help.command().get())
                : help.group().isPresent() ? HelpText.of(table, help.group().get()) : HelpText.overall(table);
        // "sistemo machine" asks for nothing in particular: that is wrong usage; a bare "sistemo" is not.
        if (help.asked() || help.group().isEmpty()) {
            terminal.out().line(text.stripTrailing());
            return ExitCode.OK;
        }
        terminal.err().println(text.stripTrailing());
        return ExitCode.USAGE;
    }

    private int fail(Exception e, int code) {
        terminal.say("sistemo: " + Sentences.of(e));
        trace(e);
        return code;
    }

    private int unexpected(RuntimeException e) {
        terminal.say("sistemo: this is a fault of ours: " + e + "; SISTEMO_DEBUG=1 shows more.");
        trace(e);
        return ExitCode.FAILED;
    }

    private void trace(Exception e) {
        if (terminal.environment().getOrDefault("SISTEMO_DEBUG", "").equals("1")) {
            e.printStackTrace(terminal.err());
        }
    }

    /** What was written before the failure is still the user's. */
    private int flushed(int code) {
        try {
            terminal.out().flush();
        } catch (IOException e) {
            // The failure that is already told comes first.
            trace(e);
        }
        return code;
    }
}
