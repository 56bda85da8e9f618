package io.sistemo.cli;

import io.sistemo.api.ErrorCode;
import io.sistemo.api.ExecExit;
import io.sistemo.api.ExecFrame;
import io.sistemo.api.ExecResize;
import io.sistemo.api.ExecStart;
import io.sistemo.api.ExecStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** {@code sistemo machine exec}: a command in the guest, with its three streams and its exit code. */
final class ExecCommand {
    private static final int INPUT_BUFFER_BYTES = 32 * 1024;

    private ExecCommand() {}

    static int run(Invocation invocation, Session session) throws IOException, InterruptedException {
        List<String> arguments = invocation.arguments();
        Integer timeout = invocation.find(CommandTable.TIMEOUT).orElse(null);
        String command = String.join(" ", arguments.subList(1, arguments.size()));
        if (!invocation.has(CommandTable.TTY)) {
            ExecStart start = new ExecStart(ExecStart.TYPE, command, false, 0, 0, timeout);
            try (ExecStream stream = open(session, arguments.getFirst(), start)) {
                return converse(session, stream);
            }
        }
        if (!session.terminal().inIsTerminal()) {
            throw new CommandFailed("-t needs a terminal as standard input.", ExitCode.NOT_RUN);
        }
        ExecResize size = RawTerminal.size();
        ExecStart start = new ExecStart(ExecStart.TYPE, command, true, size.rows(), size.cols(), timeout);
        try (ExecStream stream = open(session, arguments.getFirst(), start);
                RawTerminal raw = RawTerminal.enter();
                var _ = raw.onResize(() -> resize(stream))) {
            return converse(session, stream);
        }
    }

    private static ExecStream open(Session session, String machine, ExecStart start) throws CommandFailed {
        try {
            return session.client().exec(machine, start);
        } catch (IOException e) {
            throw new CommandFailed(Sentences.of(e), ExitCode.NOT_RUN, e);
        }
    }

    private static void resize(ExecStream stream) {
        try {
            stream.resize(RawTerminal.size());
        } catch (IOException e) {
            // The connection is over; the receiving side says so.
        }
    }

    private static int converse(Session session, ExecStream stream) throws IOException {
        Thread.ofPlatform()
                .daemon()
                .name("exec-input")
                .start(() -> sendInput(session.terminal().in(), stream));
        while (true) {
            ExecStream.Message message;
            try {
                message = stream.receive();
            } catch (IOException e) {
                session.out().flush();
                throw new CommandFailed(
                        "The connection was lost, and the command's exit code with it: " + Sentences.of(e),
                        ExitCode.NOT_RUN,
                        e);
            }
            if (message instanceof ExecStream.Message.End end) {
                return exitCode(end.exit());
            }
            if (message instanceof ExecStream.Message.Output output) {
                show(session, output.frame());
            }
        }
    }

    private static void show(Session session, ExecFrame frame) throws IOException {
        switch (frame.channel()) {
            case STDOUT -> {
                session.out().write(frame.payload(), 0, frame.payload().length);
                session.out().flush();
            }
            case STDERR -> {
                session.terminal().err().write(frame.payload(), 0, frame.payload().length);
                session.terminal().err().flush();
            }
            case STDIN, RESIZE -> throw new IOException("The daemon sent a frame that only a client may send.");
        }
    }

    private static int exitCode(ExecExit exit) throws CommandFailed {
        if (exit.exitCode() != null) {
            return exit.exitCode();
        }
        String sentence = exit.error() == null ? "The command's exit code is unknown." : exit.error();
        boolean timedOut = exit.code() != null
                && ErrorCode.find(exit.code())
                        .filter(code -> code == ErrorCode.TIMED_OUT)
                        .isPresent();
        throw new CommandFailed(sentence, timedOut ? ExitCode.TIMED_OUT : ExitCode.NOT_RUN);
    }

    private static void sendInput(InputStream in, ExecStream stream) {
        byte[] buffer = new byte[INPUT_BUFFER_BYTES];
        try {
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                stream.send(ExecFrame.of(ExecFrame.Channel.STDIN, buffer, 0, count));
            }
            stream.send(new ExecFrame(ExecFrame.Channel.STDIN, new byte[0]));
        } catch (IOException e) {
            // The command does not want more, or the connection is over; the receiving side says which.
        }
    }
}
