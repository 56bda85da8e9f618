package io.sistemo.machine;

import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.PortHolder;
import io.sistemo.host.Ports;
import io.sistemo.network.Forward;
import io.sistemo.network.ForwardTable;
import io.sistemo.network.Ipv4;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.net.InetAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What users ask for as a forward, and why they cannot have it. */
final class ForwardRequests {
    private static final long EVERY_ADDRESS = 0;

    private final Host host;
    private final int apiPort;

    ForwardRequests(MachineEnvironment environment) {
        this.host = environment.host();
        this.apiPort = environment.settings().apiPort();
    }

    /**
     * What is asked for, when the host can have it so. Asks the host, so it is no part of a transaction.
     *
     * @throws Refusal BAD_INPUT for what makes no sense, IN_USE when something on the host has the port, IMPOSSIBLE for a port
     *     of the machine that is ours, HOST_UNUSABLE when the host cannot be asked
     */
    Forward require(ForwardSpec spec) {
        Forward forward = new Forward(
                protocol(spec.protocol()),
                address(spec.address()),
                port("of the host", spec.hostPort()),
                port("of the machine", spec.machinePort()));
        if (forward.protocol() == Forward.Protocol.TCP && forward.machinePort() == MachineEnvironment.GUEST_PORT) {
            throw new Refusal(
                    RefusalCode.IMPOSSIBLE,
                    "Port " + forward.machinePort()
                            + " of a machine is that of Sistemo's own sshd, which only this host"
                            + " may reach: install a server in the machine, and expose the port of that.");
        }
        try {
            requireOwnAddress(forward);
            requireFree(forward);
        } catch (HostException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE,
                    "It cannot be told whether " + forward.hostEnd() + " of the host is free: " + e.getMessage() + ".",
                    e);
        }
        return forward;
    }

    /** The same for several. */
    List<Forward> requireAll(List<ForwardSpec> specs) {
        List<Forward> forwards = new ArrayList<>();
        specs.forEach(spec -> forwards.add(require(spec)));
        return List.copyOf(forwards);
    }

    static Forward.Protocol protocol(String word) {
        return Forward.Protocol.find(word)
                .orElseThrow(() -> new Refusal(
                        RefusalCode.BAD_INPUT,
                        "There is no protocol '" + MachineNames.shown(word) + "': ports are of tcp or udp."));
    }

    static int port(String whose, int number) {
        if (!Forward.isPort(number)) {
            throw new Refusal(RefusalCode.BAD_INPUT, number + " is no port " + whose + ": ports are 1 to 65535.");
        }
        return number;
    }

    /** Empty for every address. */
    static Optional<Ipv4> address(Optional<String> text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Ipv4.parse(text.get())).filter(address -> address.value() != EVERY_ADDRESS);
        } catch (IllegalArgumentException e) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "'" + MachineNames.shown(text.get())
                            + "' is not an IPv4 address of the host: leave it out for every address.",
                    e);
        }
    }

    private void requireOwnAddress(Forward forward) {
        Optional<Ipv4> address = forward.address();
        if (address.isPresent() && !host.ports().isOfHost(address.get().toInetAddress())) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    address.get() + " is not an address of this host: 'ip address' shows those it has; leave it out for"
                            + " every address.");
        }
    }

    private void requireFree(Forward forward) {
        if (forward.protocol() == Forward.Protocol.TCP && forward.hostPort() == apiPort) {
            throw taken(forward, "the daemon's own");
        }
        Ports.Transport transport = switch (forward.protocol()) {
            case TCP -> Ports.Transport.TCP;
            case UDP -> Ports.Transport.UDP;
        };
        for (PortHolder holder : host.ports().holders(transport, forward.hostPort())) {
            if (meets(holder.address(), forward)) {
                throw taken(forward, "that of " + described(holder));
            }
        }
    }

    private static Refusal taken(Forward forward, String whose) {
        return new Refusal(
                RefusalCode.IN_USE,
                "Port " + forward.hostPort() + "/" + forward.protocol().word() + " of the host is " + whose
                        + ": choose another one.");
    }

    /** Whether packets for a forward would else have come to a listener: one on :: takes those of IPv4 too. */
    private static boolean meets(InetAddress listens, Forward forward) {
        if (listens.isAnyLocalAddress()) {
            return true;
        }
        return listens instanceof java.net.Inet4Address
                && forward.address()
                        .map(Ipv4::toInetAddress)
                        .map(listens::equals)
                        .orElse(true);
    }

    private static String described(PortHolder holder) {
        if (holder.pid().isEmpty()) {
            return "another program";
        }
        return holder.program().map(MachineNames::shown).orElse("a program") + " (process "
                + holder.pid().getAsLong() + ")";
    }

    /**
     * Adds a machine's forward, unless another one has its port; the database decides.
     *
     * @throws Refusal IN_USE
     */
    static void insert(Connection connection, Machine machine, Forward forward, Optional<String> operation)
            throws SQLException {
        if (ForwardTable.insert(connection, machine.id().toString(), forward, operation)) {
            return;
        }
        ForwardTable.Held held = ForwardTable.holder(connection, forward).orElseThrow();
        String holder = MachineTable.find(connection, MachineId.parse(held.machineId()))
                .map(Machine::name)
                .orElseThrow();
        throw new Refusal(
                RefusalCode.IN_USE,
                "Port " + forward.hostPort() + "/" + forward.protocol().word() + " of the host leads to " + holder
                        + " already (" + held.forward() + "): choose another one, or remove that.");
    }
}
