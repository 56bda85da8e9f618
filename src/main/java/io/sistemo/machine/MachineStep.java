package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimStep;

/** The next thing to do for a machine; see {@link MachinePlanner}. */
sealed interface MachineStep {
    /** Something about its claims. */
    record OfClaims(ClaimStep step) implements MachineStep {}

    /** Ask the guest to shut down and wait for its VMM to end, before anything is taken from it. */
    record ShutDownGuest() implements MachineStep {}

    /** The VMM ended by itself: commit what that means. */
    record VmmEnded() implements MachineStep {}

    /** A thing other than the VMM was taken away by someone: commit that it has to be made again. */
    record Reinstate(Claim claim) implements MachineStep {}

    /** Wait until the guest answers, then commit that it did. */
    record AwaitReady() implements MachineStep {}

    /** It ended and waits to be started again: look at the clock, then commit that it begins. */
    record AwaitRestart() implements MachineStep {}

    /** Let its guest stand still or go on, as its row says. */
    record HoldGuest() implements MachineStep {}

    /** It is stopped on the way of a restart: commit that it should run. */
    record StartAgain() implements MachineStep {}

    /** Nothing is held any more: remove its rows. */
    record Vanish() implements MachineStep {}

    /** It is what it should be: end the operation, if one runs. */
    record Finish() implements MachineStep {}
}
