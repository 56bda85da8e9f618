package io.sistemo.network;

import io.sistemo.claim.ClaimTable;
import io.sistemo.host.HostException;
import io.sistemo.host.RouteFacts;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.operation.UserText;
import io.sistemo.store.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The networks of one daemon. What goes on with one is an operation, on a thread of its own. */
public final class Networks implements NetworkService {
    private static final Logger LOGGER = System.getLogger(Networks.class.getName());

    private final NetworkEnvironment environment;
    private final NetworkWork work;

    /** The networks of a database; see {@link #start}. */
    public Networks(NetworkEnvironment environment) {
        this.environment = environment;
        this.work = new NetworkWork(environment);
    }

    /** Takes back or carries on what an earlier daemon left unfinished. To be called once, before machines are taken up. */
    public void start() {
        work.finish("The daemon stopped while");
    }

    /** Tries again what could not be removed, or be recorded as ended; to be called now and then. */
    public void tidy() {
        try {
            work.finish("The database failed while");
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "what networks left cannot be tidied: {0}", e.getMessage());
        }
    }

    /** Waits for what is under way. */
    public void close() throws InterruptedException {
        work.close();
    }

    /** Whether nothing is being worked on. */
    public boolean idle() {
        return work.idle();
    }

    @Override
    public List<NetworkDetails> list() {
        return environment.database().read(NetworkTable::rows);
    }

    @Override
    public NetworkDetails require(String name) {
        return environment.database().read(connection -> require(connection, name));
    }

    private static NetworkDetails require(Connection connection, String name) throws SQLException {
        return NetworkTable.row(connection, name).orElseThrow(() -> unknown(name));
    }

    private static Refusal unknown(String name) {
        return new Refusal(
                RefusalCode.NOT_FOUND,
                "There is no network '" + UserText.shown(name) + "': 'sistemo network list' shows those that exist.");
    }

    /**
     * The network that a machine is to be on, inside the transaction that accepts the machine.
     *
     * @throws Refusal NOT_FOUND, or WRONG_STATE when it is not whole
     */
    public static Network requireReady(Connection connection, String name) throws SQLException {
        NetworkDetails details = require(connection, name);
        requireIdle(connection, details);
        return details.network();
    }

    private static void requireIdle(Connection connection, NetworkDetails details) throws SQLException {
        String name = details.network().name();
        if (details.doomed()) {
            throw new Refusal(
                    RefusalCode.WRONG_STATE,
                    "The network " + name + " is being removed, and no machine can be on it: name another one.");
        }
        requireNoneRuns(connection, details);
    }

    /** One that an earlier delete could not remove whole may be deleted again. */
    private static void requireNoneRuns(Connection connection, NetworkDetails details) throws SQLException {
        String name = details.network().name();
        if (OperationTable.runningOn(connection, Network.TARGET, name).isPresent()) {
            throw new Refusal(
                    RefusalCode.WRONG_STATE,
                    "The network " + name + " is being " + (details.doomed() ? "removed" : "made")
                            + ": wait until that has ended, then try again.");
        }
    }

    @Override
    public OperationId create(NetworkSpec spec) {
        // What is wrong by itself is said before the host is asked anything.
        Optional<Subnet> form = spec.subnet().map(SubnetChoice::parse);
        String bridge = NetworkNames.require(spec.name(), spec.bridge(), form.orElse(Subnet.parse("10.201.0.0/24")))
                .bridge();
        requireFree(spec.name());
        List<RouteFacts> routes = asked(() -> environment.host().links().routes());
        if (asked(() -> environment.host().links().find(Optional.empty(), bridge))
                        .isPresent()
                && list().stream().noneMatch(known -> known.network().bridge().equals(bridge))) {
            throw new Refusal(
                    RefusalCode.IN_USE,
                    "The host has a link " + bridge + " already, as the network's bridge would be called: remove it, or"
                            + " choose another name.");
        }
        String bootId = asked(() -> environment.host().bootId().value());
        return work.begin(OperationKind.NETWORK_CREATE, connection -> {
            Network network = insert(connection, spec, routes);
            Operation operation =
                    Operations.beginning(OperationKind.NETWORK_CREATE, Network.TARGET, network.name(), network.name());
            OperationTable.begin(connection, operation);
            ClaimTable.intend(
                    connection,
                    network.owner(),
                    Bridge.key(network),
                    bootId,
                    Optional.of(operation.id().toString()));
            return operation;
        });
    }

    private void requireFree(String name) {
        environment.database().read(connection -> {
            requireFree(connection, name);
            return name;
        });
    }

    private static void requireFree(Connection connection, String name) throws SQLException {
        Optional<NetworkDetails> known = NetworkTable.row(connection, name);
        if (known.isPresent()) {
            throw new Refusal(
                    RefusalCode.NAME_TAKEN,
                    "There is a network '" + name + "' already"
                            + (known.get().doomed()
                                    ? ", which is being removed: wait for that."
                                    : ": choose another name."));
        }
    }

    /** One transaction at a time: of two that want the same, the second finds the row of the first. */
    private static Network insert(Connection connection, NetworkSpec spec, List<RouteFacts> routes)
            throws SQLException {
        requireFree(connection, spec.name());
        List<Network> others = NetworkTable.rows(connection).stream()
                .map(NetworkDetails::network)
                .toList();
        SubnetChoice choice = new SubnetChoice(others, routes);
        Subnet subnet = spec.subnet().isPresent() ? choice.require(spec.subnet().get()) : choice.free();
        Network network = NetworkNames.require(spec.name(), spec.bridge(), subnet);
        for (Network other : others) {
            if (other.bridge().equals(network.bridge())) {
                throw new Refusal(
                        RefusalCode.IN_USE,
                        "The bridge " + network.bridge() + " is that of the network " + other.name()
                                + ": choose another name.");
            }
        }
        NetworkTable.insert(connection, network);
        return network;
    }

    @Override
    public OperationId delete(String name) {
        return work.begin(OperationKind.NETWORK_DELETE, connection -> {
            NetworkDetails details = require(connection, name);
            if (!details.network().isNamed()) {
                throw new Refusal(
                        RefusalCode.IMPOSSIBLE,
                        "The network " + name + " cannot be deleted: machines that name no other are on it.");
            }
            requireNoneRuns(connection, details);
            List<String> machines = environment.use().machines(connection, name);
            if (!machines.isEmpty()) {
                throw new Refusal(
                        RefusalCode.IN_USE,
                        "The network " + name + " is used by " + UserText.list(machines) + ": delete "
                                + (machines.size() == 1 ? "that machine" : "those machines") + " first.");
            }
            NetworkTable.doom(connection, name);
            Operation operation = Operations.beginning(OperationKind.NETWORK_DELETE, Network.TARGET, name, name);
            OperationTable.begin(connection, operation);
            return operation;
        });
    }

    /** What the host answers; nothing has been changed when it cannot. */
    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (HostException e) {
            throw new Refusal(RefusalCode.HOST_UNUSABLE, "No network can be made now: " + e.getMessage() + ".", e);
        }
    }
}
