package io.sistemo.guest;

import java.time.Duration;

/**
 * Talks to running guests over SSH. Every call verifies the guest's host key and fails when another is shown. Safe for
 * concurrent use; calls block.
 */
public interface Guests {
    /**
     * Tries until the guest's sshd answers and runs a command, or time is up. Interrupting the thread ends it.
     *
     * @throws GuestException when it did not answer in time, or shows another host key
     * @throws InterruptedException when interrupted
     */
    void awaitReady(GuestAddress guest, Duration timeout) throws InterruptedException;

    /**
     * Starts a command in the guest's shell, over a warm connection where there is one.
     *
     * @throws GuestException when the guest cannot be reached, or shows another host key
     */
    GuestCommand start(GuestAddress guest, String command, TerminalSize terminal);

    /**
     * Asks the guest to power off and returns as soon as it has been asked.
     *
     * @throws GuestException when it could not be asked within the timeout
     */
    void requestPowerOff(GuestAddress guest, Duration timeout);

    /** Closes the warm connection to the guest, if any; to be called when its machine stops. */
    void forget(GuestAddress guest);
}
