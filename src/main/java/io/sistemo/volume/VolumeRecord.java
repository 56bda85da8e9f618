package io.sistemo.volume;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.Owner;
import io.sistemo.claim.OwnerType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * All that the database says of one volume at one moment.
 *
 * @param volume its row
 * @param claim what is held for it: its disk
 */
record VolumeRecord(Volume volume, Optional<Claim> claim) {
    /** Reads all of it, in the caller's transaction; empty when there is no such volume. */
    static Optional<VolumeRecord> find(Connection connection, VolumeId id) throws SQLException {
        Optional<Volume> volume = VolumeTable.find(connection, id);
        if (volume.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new VolumeRecord(
                volume.get(), ClaimTable.ofOwner(connection, owner(id)).stream().findFirst()));
    }

    /** A volume as an owner of claims. */
    static Owner owner(VolumeId id) {
        return new Owner(OwnerType.VOLUME, id.toString());
    }

    /** Whether its disk is there, or is being put right, and nobody removes it. */
    boolean stays() {
        return claim.isPresent() && claim.get().state() != ClaimState.RELEASING;
    }
}
