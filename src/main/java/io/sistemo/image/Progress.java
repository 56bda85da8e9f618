package io.sistemo.image;

import java.util.OptionalInt;

/**
 * How far a long piece of work has come.
 *
 * @param phase what is being done, in a few words for the user
 * @param percent how much of the phase is done, 0 to 100, where that is known
 */
public record Progress(String phase, OptionalInt percent) {
    /** A phase of which nobody knows how long it takes. */
    public static Progress of(String phase) {
        return new Progress(phase, OptionalInt.empty());
    }

    /** A phase and how much of it is done, 0 to 100. */
    public static Progress of(String phase, int percent) {
        return new Progress(phase, OptionalInt.of(percent));
    }
}
