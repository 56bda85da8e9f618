package io.sistemo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sistemo.api.DoctorReport;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/** Runs command lines against a daemon of a test's. */
public final class CliRuns {
    private CliRuns() {}

    /** What came of one. */
    public record Run(int exitCode, String out, String err) {}

    /** Runs one to its end. */
    public static Run run(String url, Path workingDirectory, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                new Output(out),
                new PrintStream(err, true, UTF_8),
                false,
                false,
                false,
                Map.of("SISTEMO_DAEMON_URL", url),
                workingDirectory);
        int exitCode = Cli.run(words, terminal, new LocalCommands() {
            @Override
            public int run(LocalCall call) {
                throw new UnsupportedOperationException(call.toString());
            }

            @Override
            public DoctorReport doctor(Path dataDirectory) {
                throw new UnsupportedOperationException("no doctor here");
            }
        });
        return new Run(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }
}
