package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.Locale;

/** Where an operation stands. It ends exactly once. */
public enum OperationState {
    /** It waits or is being done. */
    RUNNING,
    /** It is done. */
    SUCCEEDED,
    /** It could not be done, and what it had made is gone. */
    FAILED,
    /** The user cancelled it, and what it had made is gone. */
    CANCELLED;

    /** The word on the wire: the name in lower case. */
    @Json.Value
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing more will happen. */
    public boolean ended() {
        return this != RUNNING;
    }
}
