package io.sistemo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sistemo.api.DoctorCheck;
import io.sistemo.api.DoctorReport;
import io.sistemo.api.FakeServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** Runs command lines against a server that answers as it is told. */
abstract class CliHarness {
    final FakeServer server;
    final Map<String, String> environment = new HashMap<>();
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final List<LocalCall> localCalls = new ArrayList<>();
    String input = "";
    boolean inIsTerminal;

    CliHarness() throws IOException {
        server = new FakeServer();
        environment.put("SISTEMO_DAEMON_URL", server.address().toString());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    int run(OutputStream stdout, String... words) {
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                new Output(stdout),
                new PrintStream(err, true, UTF_8),
                inIsTerminal,
                false,
                false,
                environment,
                Path.of("/home/ada/here"));
        return Cli.run(words, terminal, new LocalCommands() {
            @Override
            public int run(LocalCall call) {
                localCalls.add(call);
                return 7;
            }

            @Override
            public DoctorReport doctor(Path dataDirectory) {
                return new DoctorReport(List.of(new DoctorCheck("root", false, "you are nobody", "use sudo")));
            }
        });
    }

    int run(String line) {
        return run(out, line.split(" ", -1));
    }

    String out() {
        return out.toString(UTF_8);
    }

    String err() {
        return err.toString(UTF_8);
    }
}
