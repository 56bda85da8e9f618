package io.sistemo.machine;

import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.sql.Connection;
import java.sql.SQLException;

/** How many machines of a network can run at a time: each is a port of its bridge. */
final class BridgePorts {
    /**
     * Linux keeps 1,024 numbers for the ports of a bridge and gives the first of them to none: {@code BR_MAX_PORTS} of {@code
     * net/bridge/br_private.h}, and {@code find_portno} of {@code br_if.c}.
     */
    static final int MOST = 1023;

    private BridgePorts() {}

    /**
     * Goes on only when one more machine of a network can run, before anything of it is made.
     *
     * @param most how many may
     * @throws Refusal IN_USE
     */
    static void requireRoom(Connection connection, String network, int most) throws SQLException {
        long ports = MachineTable.countPorts(connection, network);
        if (ports >= most) {
            throw new Refusal(
                    RefusalCode.IN_USE,
                    "The network " + network + " is full: " + ports + " of its machines run, and its bridge has " + most
                            + " ports. Stop one of them, or use another network: 'sistemo network create' makes one.");
        }
    }
}
