package io.sistemo.claim;

/** Whether we made the thing or found it. */
public enum Origin {
    MADE,
    ADOPTED
}
