package io.sistemo.claim;

import java.util.Optional;

/**
 * A row of the ledger: a host thing that an owner holds or is about to hold.
 *
 * @param id the row's number
 * @param owner who holds it
 * @param key which thing
 * @param state where it stands
 * @param bootId the boot in which it was intended
 * @param origin made or adopted
 * @param operation the operation that took it, if one did
 * @param detail what identifies the thing beyond its name (a VMM's pid and start time), once it is held
 */
public record Claim(
        long id,
        Owner owner,
        ResourceKey key,
        ClaimState state,
        String bootId,
        Origin origin,
        Optional<String> operation,
        Optional<String> detail) {

    /** What kind of thing. */
    public ClaimKind kind() {
        return key.kind();
    }

    /** Whether the thing cannot have survived: it lives until a reboot, and there was one. */
    public boolean isStale(String currentBootId) {
        return kind().lifetime() == Lifetime.UNTIL_REBOOT && !bootId.equals(currentBootId);
    }
}
