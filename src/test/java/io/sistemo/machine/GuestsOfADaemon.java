package io.sistemo.machine;

import io.sistemo.guest.GuestAddress;
import io.sistemo.guest.GuestCommand;
import io.sistemo.guest.Guests;
import io.sistemo.guest.TerminalSize;
import java.time.Duration;

/** Guests as one daemon reaches them: a daemon that is dead asks nobody for anything, whatever its threads were about to do. */
final class GuestsOfADaemon implements Guests {
    private final Guests guests;
    private final CrashPoints points;

    GuestsOfADaemon(Guests guests, CrashPoints points) {
        this.guests = guests;
        this.points = points;
    }

    @Override
    public void awaitReady(GuestAddress guest, Duration timeout) throws InterruptedException {
        guests.awaitReady(guest, timeout);
    }

    @Override
    public GuestCommand start(GuestAddress guest, String command, TerminalSize terminal) {
        return guests.start(guest, command, terminal);
    }

    /** With the points held, so that the daemon does not die between the look and the request. */
    @Override
    public void requestPowerOff(GuestAddress guest, Duration timeout) {
        synchronized (points) {
            if (points.dead()) {
                throw new CrashPoints.Died("dead already");
            }
            guests.requestPowerOff(guest, timeout);
        }
    }

    @Override
    public void forget(GuestAddress guest) {
        guests.forget(guest);
    }
}
