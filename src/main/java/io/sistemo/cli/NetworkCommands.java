package io.sistemo.cli;

import io.sistemo.api.Network;
import io.sistemo.api.NetworkList;
import io.sistemo.api.NetworkRequest;
import io.sistemo.api.Operation;
import io.sistemo.cli.Command.Arguments;
import io.sistemo.cli.Command.Kind;
import java.io.IOException;
import java.util.List;

/** {@code sistemo network ...}. */
final class NetworkCommands {
    private static final String GROUP = "network";

    static final Command CREATE = new Command(
            GROUP,
            "create",
            List.of(),
            "Make a network of its own for machines",
            """
            Machines of one network reach each other; those of different networks do not. NAME has at most 12 characters,
            since its bridge on the host is called br-NAME. Without --subnet a free one from 10.201.0.0/24 on is taken.\
            """,
            new Arguments("NAME", 1, 1, false, Kind.WORD),
            List.of(CommandTable.SUBNET),
            List.of("sistemo network create blue", "sistemo network create lab --subnet 192.168.50.0/24"),
            NetworkCommands::create);

    static final Command LIST = new Command(
            GROUP,
            "list",
            CommandTable.LIST_ALIASES,
            "List networks",
            "",
            Arguments.NONE,
            List.of(),
            List.of(),
            NetworkCommands::list);

    static final Command DELETE = new Command(
            GROUP,
            "delete",
            CommandTable.DELETE_ALIASES,
            "Delete a network that no machine is on",
            "",
            new Arguments("NAME", 1, 1, false, Kind.NETWORK),
            List.of(),
            List.of("sistemo network delete blue"),
            NetworkCommands::delete);

    private NetworkCommands() {}

    private static int create(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        String subnet = invocation.find(CommandTable.SUBNET).orElse(null);
        Operation ended = OperationWatch.run(
                session, false, client -> client.createNetwork(new NetworkRequest(name, subnet, null)));
        String made = ended.targetName() == null ? name : ended.targetName();
        Network network = session.client().network(made);
        if (session.json()) {
            session.printJson(network);
        } else {
            session.out().line(Printable.line(network.name() + " created: " + network.subnet()));
        }
        return ExitCode.OK;
    }

    private static int list(Invocation invocation, Session session) throws IOException {
        NetworkList list = session.client().networks();
        if (session.json()) {
            session.printJson(list);
            return ExitCode.OK;
        }
        TextTable table = new TextTable("NAME", "SUBNET", "BRIDGE", "MACHINES");
        for (Network network : list.networks()) {
            table.row(network.name(), network.subnet(), network.bridgeName(), Integer.toString(network.machineCount()));
        }
        session.print(table);
        return ExitCode.OK;
    }

    private static int delete(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        return MachineCommands.change(session, "deleted", client -> client.deleteNetwork(name));
    }
}
