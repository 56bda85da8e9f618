package io.sistemo;

import io.sistemo.api.DoctorReport;
import io.sistemo.cli.Cli;
import io.sistemo.cli.LocalCall;
import io.sistemo.cli.LocalCommands;
import io.sistemo.cli.Terminal;
import io.sistemo.daemon.Commands;
import io.sistemo.operation.Refusal;
import java.io.IOException;
import java.nio.file.Path;

/** The program's one entry point. */
public final class Main {
    private Main() {}

    /** Runs the command named by the arguments. */
    public static void main(String[] arguments) {
        System.exit(Cli.run(arguments, Terminal.system(), new Daemon()));
    }

    /** What works on this host itself. Its classes are loaded only when it is called: the command line starts without them. */
    private static final class Daemon implements LocalCommands {
        @Override
        public int run(LocalCall call) throws IOException, InterruptedException {
            try {
                return switch (call.command()) {
                    case "up" -> Commands.up(call.dataDirectory(), call.environment());
                    case "install" ->
                        Commands.install(call.dataDirectory(), call.image().orElse("debian"), call.environment());
                    default -> throw new IOException("'sistemo " + call.command() + "' is not there yet.");
                };
            } catch (Refusal e) {
                throw new IOException(e.sentence(), e);
            }
        }

        @Override
        public DoctorReport doctor(Path dataDirectory) {
            return Commands.doctor(dataDirectory, System.getenv());
        }
    }
}
