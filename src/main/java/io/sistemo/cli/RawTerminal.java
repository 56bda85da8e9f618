package io.sistemo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sistemo.api.ExecResize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The user's terminal in raw mode, so that each key goes to the guest; as it was again when closed or when we are ended. */
final class RawTerminal implements AutoCloseable {
    private static final ExecResize USUAL_SIZE = new ExecResize(24, 80);

    private final String before;
    private final Thread restoration;

    private RawTerminal(String before) {
        this.before = before;
        this.restoration = new Thread(this::restore, "terminal-restoration");
    }

    static RawTerminal enter() throws IOException {
        RawTerminal raw = new RawTerminal(stty("-g").strip());
        Runtime.getRuntime().addShutdownHook(raw.restoration);
        stty("raw", "-echo");
        return raw;
    }

    /** Runs the listener whenever the terminal has another size. */
    Signals.Handling onResize(Runnable listener) {
        return Signals.handle("WINCH", listener);
    }

    /** The terminal's size, or the usual one when it has none. */
    static ExecResize size() throws IOException {
        String[] numbers = stty("size").strip().split(" ", -1);
        try {
            ExecResize size =
                    new ExecResize(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[numbers.length - 1]));
            return size.rows() > 0 && size.cols() > 0 ? size : USUAL_SIZE;
        } catch (NumberFormatException e) {
            return USUAL_SIZE;
        }
    }

    private static String stty(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectErrorStream(true)
                .start();
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("The terminal cannot be set up: " + answer.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the terminal was set up.", e);
        }
        return answer;
    }

    private void restore() {
        try {
            stty(before);
        } catch (IOException e) {
            System.err.println("sistemo: the terminal could not be restored (type: stty sane): " + e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            if (Runtime.getRuntime().removeShutdownHook(restoration)) {
                restore();
            }
        } catch (IllegalStateException e) {
            // The program is being ended: the hook restores.
        }
    }
}
