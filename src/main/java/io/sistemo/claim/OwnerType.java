package io.sistemo.claim;

/** The kinds of owner. */
public enum OwnerType {
    HOST,
    MACHINE,
    VOLUME,
    NETWORK,
    IMAGE
}
