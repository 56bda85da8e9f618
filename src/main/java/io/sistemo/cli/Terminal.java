package io.sistemo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the program was started with.
 *
 * @param in standard input, not buffered
 * @param out standard output
 * @param err standard error: progress, prompts, errors
 * @param inIsTerminal whether standard input is a terminal
 * @param outIsTerminal whether standard output is one
 * @param errIsTerminal whether standard error is one
 * @param environment variables
 * @param workingDirectory absolute
 */
public record Terminal(
        InputStream in,
        Output out,
        PrintStream err,
        boolean inIsTerminal,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Map<String, String> environment,
        Path workingDirectory) {

    /** That of this process. */
    public static Terminal system() {
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                new Output(new FileOutputStream(FileDescriptor.out)),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8),
                isTerminal(0),
                isTerminal(1),
                isTerminal(2),
                System.getenv(),
                Path.of("").toAbsolutePath());
    }

    /** Whether spinners and colours are wanted: a terminal, and not refused by {@code NO_COLOR} or {@code TERM=dumb}. */
    boolean lively() {
        return errIsTerminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /** Writes one line to standard error. */
    void say(String line) {
        err.println(Printable.line(line));
    }

    /** The JDK's own way loads a line editor, or asks for all streams at once; the kernel's link is cheap and exact. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            // A closed descriptor, or no /proc: then it is none.
            return false;
        }
    }
}
