package io.sistemo.machine;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a VMM ended by itself. Its exit code does not tell a guest that powered off from one that rebooted or panicked, and
 * is not known at all when no daemon of ours was there; what the guest's kernel printed last is.
 *
 * @param kind what that means
 * @param cause for users, without the machine's name
 */
record VmmEnd(Kind kind, String cause) {
    private static final int SIGNAL_BASE = 128;

    /** What an end means. */
    enum Kind {
        /** The guest powered itself off. */
        POWERED_OFF,
        /** The guest wants to boot again. */
        REBOOTED,
        /** Anything else. */
        FAILED
    }

    /**
     * Judges an end. A VMM that was killed, or says that it failed, did so whatever its guest printed before.
     *
     * @param exitCode 128 + n when signal n ended it; empty when it is not known
     * @param console what the guest printed
     * @param vmmLog what the VMM printed
     */
    static VmmEnd of(OptionalInt exitCode, ConsoleLog console, ConsoleLog vmmLog) {
        Optional<String> panic = console.cause();
        Optional<ConsoleLog.LastWord> lastWord = console.lastWord();
        boolean mayBeGuest = exitCode.orElse(0) == 0 && panic.isEmpty();
        if (mayBeGuest && lastWord.isPresent()) {
            return switch (lastWord.get()) {
                case POWER_DOWN -> new VmmEnd(Kind.POWERED_OFF, "its guest powered off");
                case RESTARTING -> new VmmEnd(Kind.REBOOTED, "its guest rebooted");
            };
        }
        String printed =
                panic.or(vmmLog::lastLine).map(line -> "; it said: " + line).orElse("");
        return new VmmEnd(Kind.FAILED, how(exitCode) + printed);
    }

    private static String how(OptionalInt exitCode) {
        if (exitCode.isEmpty()) {
            return "its VMM ended (exit code unknown)";
        }
        return exitCode.getAsInt() > SIGNAL_BASE
                ? "its VMM was killed by signal " + (exitCode.getAsInt() - SIGNAL_BASE)
                : "its VMM ended with exit code " + exitCode.getAsInt();
    }
}
