package io.sistemo.volume;

import io.sistemo.claim.Claim;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.operation.UserText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What is asked of every request about a volume, inside the transaction that accepts it. */
public final class VolumeRequests {
    private VolumeRequests() {}

    /**
     * The volume that a reference names.
     *
     * @throws Refusal NOT_FOUND, or BAD_INPUT when it is a prefix of several ids
     */
    public static Volume require(Connection connection, String reference) throws SQLException {
        List<Volume> matching = reference.isEmpty() ? List.of() : VolumeTable.matching(connection, reference);
        if (matching.isEmpty()) {
            throw new Refusal(
                    RefusalCode.NOT_FOUND,
                    "There is no volume '" + UserText.shown(reference)
                            + "': 'sistemo volume list' shows those that exist.");
        }
        if (matching.size() > 1) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "'" + UserText.shown(reference) + "' is the beginning of several volumes' ids: write more of it.");
        }
        return matching.getFirst();
    }

    /**
     * The volume that a reference names, which is there to stay and with which nothing is being done. Whether its disk is whole
     * shows when it is used: what an attempt that failed left half done keeps nobody from the next one.
     *
     * @throws Refusal as {@link #require}; WRONG_STATE
     */
    public static Volume requireReady(Connection connection, String reference) throws SQLException {
        Volume volume = require(connection, reference);
        requireIdle(connection, List.of(volume));
        VolumeRecord record = VolumeRecord.find(connection, volume.id()).orElseThrow();
        if (volume.doomed() || !record.stays()) {
            throw new Refusal(
                    RefusalCode.WRONG_STATE,
                    "The volume " + volume.name() + " is to be removed, and that has not ended: 'sistemo volume delete "
                            + volume.name() + "' tries again.");
        }
        return volume;
    }

    /**
     * Goes on only when nothing is being done with any of the volumes.
     *
     * @throws Refusal WRONG_STATE
     */
    public static void requireIdle(Connection connection, List<Volume> volumes) throws SQLException {
        for (Volume volume : volumes) {
            Optional<Operation> running = OperationTable.runningOn(
                    connection, Volume.TARGET, volume.id().toString());
            if (running.isEmpty() && isBeingMade(connection, volume)) {
                throw new Refusal(
                        RefusalCode.WRONG_STATE,
                        "The volume " + volume.name() + " is being made: wait until that has ended, then try again.");
            }
            if (running.isPresent()) {
                throw new Refusal(
                        RefusalCode.WRONG_STATE,
                        "The volume " + volume.name() + " is "
                                + VolumeAction.of(running.get()).description()
                                + ": wait until that has ended, then try again.");
            }
        }
    }

    /** A clone's operation runs on the volume that is copied; its claim tells what makes the copy. */
    private static boolean isBeingMade(Connection connection, Volume volume) throws SQLException {
        Optional<Claim> claim = VolumeRecord.find(connection, volume.id()).flatMap(VolumeRecord::claim);
        if (claim.isEmpty()) {
            return false;
        }
        for (Operation operation : OperationTable.running(connection)) {
            if (claim.get().operation().equals(Optional.of(operation.id().toString()))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Goes on only when a name may be given to a new volume.
     *
     * @throws Refusal BAD_INPUT, NAME_TAKEN
     */
    public static void requireFreeName(Connection connection, String name) throws SQLException {
        VolumeNames.requireValid(name);
        if (VolumeTable.nameTaken(connection, name)) {
            throw new Refusal(
                    RefusalCode.NAME_TAKEN,
                    "There is a volume '" + name + "' already: choose another name, or delete it first.");
        }
    }
}
