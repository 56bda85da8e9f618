package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimPlanner;
import io.sistemo.claim.ClaimStep;
import io.sistemo.claim.Observation;

/**
 * Decides the next step of a machine's life. Pure: create, start, stop, restart, delete, rollback, recovery after a crash and
 * recovery after a reboot are all this one function, called again after each step.
 *
 * <pre>
 * intent      everything wanted is held          a VMM that is not wanted any more   a VMM that was held is gone
 * RUNNING     AwaitReady, HoldGuest, Finish      -                                   VmmEnded
 *   waiting   AwaitRestart                       release                             (released with the rest)
 * RESTARTING  StartAgain                         ShutDownGuest, then release         (released with the rest)
 * STOPPED     Finish                             ShutDownGuest, then release         (released with the rest)
 * GONE        Vanish                             release                             (released with the rest)
 * </pre>
 */
final class MachinePlanner {
    private MachinePlanner() {}

    /** The next step. */
    static MachineStep next(MachineView view) {
        if (needsShutdown(view)) {
            return new MachineStep.ShutDownGuest();
        }
        ClaimStep step = ClaimPlanner.next(view.wanted(), view.claims(), view.bootId());
        return switch (step) {
            case ClaimStep.Lost lost -> lost(lost.claim());
            case ClaimStep.Settled settled -> settled(view);
            case ClaimStep.Intend intend -> new MachineStep.OfClaims(intend);
            case ClaimStep.Ensure ensure -> new MachineStep.OfClaims(ensure);
            case ClaimStep.Confirm confirm -> new MachineStep.OfClaims(confirm);
            case ClaimStep.MarkReleasing mark -> new MachineStep.OfClaims(mark);
            case ClaimStep.Release release -> new MachineStep.OfClaims(release);
            case ClaimStep.Forget forget -> new MachineStep.OfClaims(forget);
            case ClaimStep.Blocked blocked -> new MachineStep.OfClaims(blocked);
        };
    }

    /** A guest that has answered is asked before its VMM is taken away; a delete does not wait for it. */
    private static boolean needsShutdown(MachineView view) {
        boolean stopping = switch (view.machine().intent()) {
            case STOPPED, RESTARTING -> true;
            case RUNNING, GONE -> false;
        };
        return stopping
                && view.machine().booted()
                && !view.guestWasAsked()
                && view.claims().stream()
                        .anyMatch(observed -> observed.claim().kind() == ClaimKind.VMM
                                && !observed.claim().isStale(view.bootId())
                                && observed.observation() instanceof Observation.Present);
    }

    private static MachineStep lost(Claim claim) {
        return claim.kind() == ClaimKind.VMM ? new MachineStep.VmmEnded() : new MachineStep.Reinstate(claim);
    }

    private static MachineStep settled(MachineView view) {
        return switch (view.machine().intent()) {
            case RUNNING -> running(view);
            case RESTARTING -> new MachineStep.StartAgain();
            case STOPPED -> new MachineStep.Finish();
            case GONE -> new MachineStep.Vanish();
        };
    }

    private static MachineStep running(MachineView view) {
        if (!view.machine().wantsVmm()) {
            return new MachineStep.AwaitRestart();
        }
        if (!view.machine().booted()) {
            return new MachineStep.AwaitReady();
        }
        return view.holdIsAsWanted() ? new MachineStep.Finish() : new MachineStep.HoldGuest();
    }
}
