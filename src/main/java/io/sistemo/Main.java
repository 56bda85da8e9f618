package io.sistemo;

import io.sistemo.api.DoctorReport;
import io.sistemo.cli.Cli;
import io.sistemo.cli.LocalCall;
import io.sistemo.cli.LocalCommands;
import io.sistemo.cli.Signals;
import io.sistemo.cli.Terminal;
import io.sistemo.daemon.Commands;
import java.io.IOException;
import java.nio.file.Path;

/** The program's one entry point. */
public final class Main {
    private Main() {}

    /** Runs the command named by the arguments. */
    public static void main(String[] arguments) {
        Daemon daemon = new Daemon();
        int code = Cli.run(arguments, Terminal.system(), daemon);
        if (daemon.called) {
            System.exit(code);
        }
        // System.exit asks the logging system whether to log it, which loads that; the command line has written all
        // that it had to write and needs no shutdown hooks.
        Runtime.getRuntime().halt(code);
    }

    /** What works on this host itself. Its classes are loaded only when it is called: the command line starts without them. */
    private static final class Daemon implements LocalCommands {
        private boolean called;

        @Override
        public int run(LocalCall call) throws IOException, InterruptedException {
            called = true;
            return switch (call.command()) {
                case "up" -> Commands.up(call.dataDirectory(), call.environment(), Signals::handle);
                case "install" ->
                    Commands.install(
                            call.dataDirectory(),
                            call.image().orElse("debian"),
                            call.firecracker(),
                            call.sha256(),
                            call.environment());
                default -> throw new IOException("'sistemo " + call.command() + "' is not there yet.");
            };
        }

        @Override
        public DoctorReport doctor(Path dataDirectory) {
            called = true;
            return Commands.doctor(dataDirectory, System.getenv());
        }
    }
}
