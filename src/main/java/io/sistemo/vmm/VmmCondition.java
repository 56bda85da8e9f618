package io.sistemo.vmm;

/** What a VMM says of its guest. */
public enum VmmCondition {
    /** The guest's processors run. */
    RUNS,
    /** It was told to stand still. */
    PAUSED,
    /** It stands still because a write found no room on the host's disk. */
    HELD,
    /** The guest has told its VMM that its kernel panicked. */
    PANICKED,
    /** It stands still for another reason of the VMM's, from which nobody lets it go on. */
    STUCK
}
