package io.sistemo.claim;

import java.util.Optional;

/** What was seen of a host thing. */
public sealed interface Observation {
    /**
     * It is all there.
     *
     * @param detail what identifies it beyond its name, to be kept in the claim
     */
    record Present(Optional<String> detail) implements Observation {}

    /** Some of it is there: neither usable nor gone. */
    record Partial() implements Observation {}

    /** Nothing of it is there. */
    record Absent() implements Observation {}

    /**
     * It could not be observed; nothing may be concluded, and nothing destructive may be done.
     *
     * @param reason one sentence
     */
    record Unknown(String reason) implements Observation {}

    /** Present, with nothing more to tell. */
    Observation PRESENT = new Present(Optional.empty());
    /** Some of it. */
    Observation PARTIAL = new Partial();
    /** Gone. */
    Observation ABSENT = new Absent();
}
