package io.sistemo.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One run of a program.
 *
 * @param command the program and its arguments
 * @param environment variables added to ours
 * @param directory where it runs, else where we run
 * @param input what it reads on its standard input, as UTF-8
 * @param timeout after which it and its children are killed
 * @param onErrorLine told each line of standard error as it comes, for progress; must not block
 */
public record ProgramCall(
        List<String> command,
        Map<String, String> environment,
        Optional<Path> directory,
        String input,
        Duration timeout,
        Consumer<String> onErrorLine) {

    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);

    /** Copies the lists; see the record. */
    public ProgramCall {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** A program with no input and half a minute of time. */
    public static ProgramCall of(String... command) {
        return of(List.of(command));
    }

    /** A program with no input and half a minute of time. */
    public static ProgramCall of(List<String> command) {
        return new ProgramCall(command, Map.of(), Optional.empty(), "", USUAL_TIMEOUT, line -> {});
    }

    /** The same call with text for standard input, as UTF-8. */
    public ProgramCall withInput(String text) {
        return new ProgramCall(command, environment, directory, text, timeout, onErrorLine);
    }

    /** The same call with another limit of time. */
    public ProgramCall withTimeout(Duration newTimeout) {
        return new ProgramCall(command, environment, directory, input, newTimeout, onErrorLine);
    }

    /** The same call in a directory. */
    public ProgramCall in(Path newDirectory) {
        return new ProgramCall(command, environment, Optional.of(newDirectory), input, timeout, onErrorLine);
    }

    /** The same call with one more environment variable. */
    public ProgramCall withEnvironment(String name, String value) {
        Map<String, String> more = new java.util.HashMap<>(environment);
        more.put(name, value);
        return new ProgramCall(command, more, directory, input, timeout, onErrorLine);
    }

    /** The same call with a listener for the lines of standard error. */
    public ProgramCall onErrorLine(Consumer<String> listener) {
        return new ProgramCall(command, environment, directory, input, timeout, listener);
    }

    /** The program's name, for messages. */
    public String program() {
        return command.getFirst();
    }
}
