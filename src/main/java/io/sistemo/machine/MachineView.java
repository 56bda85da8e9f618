package io.sistemo.machine;

import io.sistemo.claim.ObservedClaim;
import io.sistemo.claim.ResourceKey;
import java.util.List;
import java.util.Set;

/**
 * All that the planner decides by.
 *
 * @param machine its row
 * @param wanted what it should hold, given its intent
 * @param claims what the ledger says, with what was observed
 * @param bootId the boot that runs now
 * @param holdIsAsWanted whether its guest stands still, or runs, as its row says
 * @param guestWasAsked whether this stop has asked the guest already, and its time is up or it could not be asked
 */
record MachineView(
        Machine machine,
        Set<ResourceKey> wanted,
        List<ObservedClaim> claims,
        String bootId,
        boolean holdIsAsWanted,
        boolean guestWasAsked) {}
