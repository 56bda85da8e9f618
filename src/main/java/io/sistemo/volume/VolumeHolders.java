package io.sistemo.volume;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;

/** The machines that volumes are attached to, as far as volumes need to know them. */
public interface VolumeHolders {
    /** The names of all machines. */
    Map<UUID, String> names(Connection connection) throws SQLException;

    /** Whether a machine is stopped and nothing is done with it. */
    boolean isStopped(Connection connection, UUID machineId) throws SQLException;

    /**
     * Goes on only when a machine is stopped and nothing is done with it, so that nothing writes to its disks and nothing
     * begins to before the transaction ends.
     *
     * @param purpose what is to be done, like {@code resize its volume web-root}
     * @throws io.sistemo.operation.Refusal WRONG_STATE with the machine's name and what to type
     */
    void requireStopped(Connection connection, UUID machineId, String purpose) throws SQLException;
}
