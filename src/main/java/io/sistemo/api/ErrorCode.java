package io.sistemo.api;

import java.util.Locale;
import java.util.Optional;

/**
 * Why a request was refused or an operation failed: the {@code code} of {@link ErrorBody} and {@link Operation}, in lower
 * case on the wire. Clients must bear codes that they do not know, so the records hold text.
 */
public enum ErrorCode {
    /** The request itself is malformed: a value outside its range, a bad name, an unknown field. */
    BAD_INPUT(400),
    /** No or bad credentials. */
    UNAUTHENTICATED(401),
    /** Known, but not allowed to do this. */
    FORBIDDEN(403),
    /** What was named does not exist. */
    NOT_FOUND(404),
    /** The route exists, but not with this method. */
    METHOD_NOT_ALLOWED(405),
    /** The name is in use. */
    NAME_TAKEN(409),
    /** The thing is in a state in which this cannot be done. */
    WRONG_STATE(409),
    /** Another thing holds what is needed. */
    IN_USE(409),
    /** The user cancelled the operation. */
    CANCELLED(409),
    /** The body is larger than 1 MiB. */
    BODY_TOO_LARGE(413),
    /** The body is not {@code application/json}. */
    NOT_JSON(415),
    /** Well-formed, but cannot work: an image larger than the disk asked for, say. */
    IMPOSSIBLE(422),
    /** Too many requests; {@code Retry-After} says when. */
    RATE_LIMITED(429),
    /** It was tried and did not work, or a fault of ours. */
    FAILED(500),
    /** A part of the host that is needed is missing or unusable. */
    HOST_UNUSABLE(500),
    /** The daemon is stopping or cannot serve this now; {@code Retry-After} says when. */
    UNAVAILABLE(503),
    /** It took longer than it may. */
    TIMED_OUT(504),
    /** Not enough room on the host's disk. */
    DISK_FULL(507);

    private final int status;

    ErrorCode(int status) {
        this.status = status;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    /** The word on the wire: the name in lower case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the same request may work later without anything being changed by the user. */
    public boolean retryable() {
        return switch (this) {
            case RATE_LIMITED, UNAVAILABLE, TIMED_OUT -> true;
            case BAD_INPUT,
                    UNAUTHENTICATED,
                    FORBIDDEN,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    NAME_TAKEN,
                    WRONG_STATE,
                    IN_USE,
                    CANCELLED,
                    BODY_TOO_LARGE,
                    NOT_JSON,
                    IMPOSSIBLE,
                    FAILED,
                    HOST_UNUSABLE,
                    DISK_FULL -> false;
        };
    }

    /** The code of a word on the wire, or empty for one that this program does not know. */
    public static Optional<ErrorCode> find(String wire) {
        for (ErrorCode code : values()) {
            if (code.wire().equals(wire)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
