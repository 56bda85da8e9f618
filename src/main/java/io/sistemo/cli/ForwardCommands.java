package io.sistemo.cli;

import io.sistemo.api.Operation;
import io.sistemo.api.PortRuleRequest;
import io.sistemo.cli.Command.Arguments;
import java.io.IOException;
import java.util.List;

/** {@code sistemo machine expose} and {@code unexpose}. */
final class ForwardCommands {
    private static final String GROUP = "machine";

    private static final Option<PortRuleRequest> PORT = new Option<>(
            "port",
            "",
            "[[ADDRESS:]HOST:]MACHINE[/udp]",
            "port of the host, when it is another one, and of the machine",
            List.of(),
            PortRules::parse);
    private static final Option<PortRules.HostEnd> HOST_PORT =
            new Option<>("port", "", "[ADDRESS:]HOST[/udp]", "port of the host", List.of(), PortRules::parseHostEnd);

    static final Command EXPOSE = new Command(
            GROUP,
            "expose",
            List.of(),
            "Let a port of the host lead to a machine",
            """
            At every address of the host, or at one; 127.0.0.1 is for the host itself. It is kept while the machine is
            stopped, and in force while it runs.""",
            Arguments.MACHINE,
            List.of(PORT),
            List.of(
                    "sistemo machine expose web --port 8080:80",
                    "sistemo machine expose db --port 127.0.0.1:5432:5432",
                    "sistemo machine expose dns --port 53/udp"),
            ForwardCommands::expose);

    static final Command UNEXPOSE = new Command(
            GROUP,
            "unexpose",
            List.of(),
            "Let a port of the host lead to a machine no more",
            "Connections that stand are left alone.",
            Arguments.MACHINE,
            List.of(HOST_PORT),
            List.of("sistemo machine unexpose web --port 8080", "sistemo machine unexpose dns --port 53/udp"),
            ForwardCommands::unexpose);

    private ForwardCommands() {}

    private static int expose(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        PortRuleRequest rule = invocation
                .find(PORT)
                .orElseThrow(() -> new UsageError("machine expose needs --port " + PORT.placeholder()));
        return told(session, "exposed", client -> client.expose(name, rule));
    }

    private static int unexpose(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        PortRules.HostEnd end = invocation
                .find(HOST_PORT)
                .orElseThrow(() -> new UsageError("machine unexpose needs --port " + HOST_PORT.placeholder()));
        return told(
                session,
                "not exposed any more",
                client -> client.unexpose(name, end.port(), end.protocol(), end.address()));
    }

    /** Tells in a line, or as JSON, what became of the port. */
    private static int told(Session session, String done, OperationWatch.Beginning beginning) throws IOException {
        Operation ended = OperationWatch.run(session, false, beginning);
        if (session.json()) {
            session.printJson(ended);
        } else {
            String rule = ended.message() == null ? "" : ": " + ended.message();
            session.out().line(Printable.line(ended.targetName() + " " + done + rule));
        }
        return ExitCode.OK;
    }
}
