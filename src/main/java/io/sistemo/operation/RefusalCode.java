package io.sistemo.operation;

/** Why a request was refused or failed; the server maps each to a status, the wire has it in lower case. */
public enum RefusalCode {
    /** The request itself is malformed: a value outside its range, a bad name. */
    BAD_INPUT,
    /** What was named does not exist. */
    NOT_FOUND,
    /** The name is in use. */
    NAME_TAKEN,
    /** The thing exists but is in a state in which this cannot be done. */
    WRONG_STATE,
    /** Another thing holds what is needed. */
    IN_USE,
    /** Well-formed, but cannot work: an image larger than the disk asked for, say. */
    IMPOSSIBLE,
    /** Not enough room on the host's disk. */
    DISK_FULL,
    /** The daemon is stopping or cannot serve this now; try again. */
    UNAVAILABLE,
    /** A part of the host that is needed is missing or unusable. */
    HOST_UNUSABLE,
    /** The user cancelled the operation. */
    CANCELLED,
    /** It took longer than it may. */
    TIMED_OUT,
    /** It was tried and did not work. */
    FAILED
}
