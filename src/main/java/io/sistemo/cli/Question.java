package io.sistemo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;

/** Asks before something is lost. */
final class Question {
    private static final int MAX_ANSWER_BYTES = 1024;

    private Question() {}

    /**
     * Goes on only when the user says yes.
     *
     * @throws CommandFailed when not, or when there is no terminal to ask on
     */
    static void requireYes(Session session, String question) throws IOException {
        Terminal terminal = session.terminal();
        if (!terminal.inIsTerminal()) {
            throw new CommandFailed(question + " There is no terminal to ask on: add -y.", ExitCode.FAILED);
        }
        terminal.err().print(Printable.line(question) + " [y/N] ");
        terminal.err().flush();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        for (int b = terminal.in().read();
                b >= 0 && b != '\n' && answer.size() < MAX_ANSWER_BYTES;
                b = terminal.in().read()) {
            answer.write(b);
        }
        String word = answer.toString(UTF_8).strip().toLowerCase(Locale.ROOT);
        if (!word.equals("y") && !word.equals("yes")) {
            throw new CommandFailed("Nothing was done.", ExitCode.FAILED);
        }
    }
}
