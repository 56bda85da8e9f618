package io.sistemo.server;

import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.sistemo.api.ErrorBody;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.MalformedJsonException;
import io.sistemo.guest.GuestException;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A failure as clients see it.
 *
 * @param code why
 * @param sentence for the user
 */
record Failure(ErrorCode code, String sentence) {
    private static final Logger LOG = System.getLogger(Failure.class.getName());
    private static final int ID_BYTES = 4;

    /** The body of the answer. */
    ErrorBody body() {
        return new ErrorBody(sentence, sentence, code.wire(), code.retryable());
    }

    /** What to tell of an exception. What was not foreseen goes to the log, and the client gets no more than where to look. */
    static Failure of(Throwable thrown) {
        return switch (thrown) {
            case FailedRequest failed -> failed.failure();
            case Refusal refusal -> new Failure(codeOf(refusal.code()), refusal.sentence());
            case GuestException guest -> new Failure(ErrorCode.FAILED, capital(String.valueOf(guest.getMessage())));
            case MalformedJsonException malformed ->
                new Failure(ErrorCode.BAD_INPUT, String.valueOf(malformed.getMessage()));
            case RequestException request ->
                ofStatus(request.status().code(), String.valueOf(request.getMessage()), thrown);
            case HttpException http -> ofStatus(http.status().code(), String.valueOf(http.getMessage()), thrown);
            default ->
                Refusal.ofDatabase(thrown)
                        .map(refusal -> {
                            LOG.log(Level.ERROR, refusal.sentence(), thrown);
                            return new Failure(codeOf(refusal.code()), refusal.sentence());
                        })
                        .orElseGet(() -> unforeseen(thrown));
        };
    }

    /** A failure of the HTTP library, which has a status but no code of ours. */
    static Failure ofStatus(int status, String message, Throwable thrown) {
        return switch (status) {
            case 400 -> new Failure(ErrorCode.BAD_INPUT, "The request is malformed: " + message);
            case 403 -> new Failure(ErrorCode.FORBIDDEN, message);
            case 404 -> new Failure(ErrorCode.NOT_FOUND, "There is no such route.");
            case 405 -> new Failure(ErrorCode.METHOD_NOT_ALLOWED, "This route has no such method.");
            case 413 -> new Failure(ErrorCode.BODY_TOO_LARGE, "The body is larger than 1 MiB.");
            case 414, 431, 505 -> new Failure(ErrorCode.BAD_INPUT, "The request is malformed: " + message);
            case 503 -> new Failure(ErrorCode.UNAVAILABLE, "The daemon is at its limit of requests; try again.");
            default -> unforeseen(thrown);
        };
    }

    /** The wire's word for a refusal of the domain. */
    static ErrorCode codeOf(RefusalCode code) {
        return switch (code) {
            case BAD_INPUT -> ErrorCode.BAD_INPUT;
            case NOT_FOUND -> ErrorCode.NOT_FOUND;
            case NAME_TAKEN -> ErrorCode.NAME_TAKEN;
            case WRONG_STATE -> ErrorCode.WRONG_STATE;
            case IN_USE -> ErrorCode.IN_USE;
            case IMPOSSIBLE -> ErrorCode.IMPOSSIBLE;
            case DISK_FULL -> ErrorCode.DISK_FULL;
            case UNAVAILABLE -> ErrorCode.UNAVAILABLE;
            case HOST_UNUSABLE -> ErrorCode.HOST_UNUSABLE;
            case CANCELLED -> ErrorCode.CANCELLED;
            case TIMED_OUT -> ErrorCode.TIMED_OUT;
            case FAILED -> ErrorCode.FAILED;
        };
    }

    private static Failure unforeseen(Throwable thrown) {
        byte[] random = new byte[ID_BYTES];
        ThreadLocalRandom.current().nextBytes(random);
        String id = HexFormat.of().formatHex(random);
        LOG.log(Level.ERROR, "internal error " + id, thrown);
        return new Failure(ErrorCode.FAILED, "Internal error; the daemon's log has it under " + id + ".");
    }

    private static String capital(String sentence) {
        return sentence.isEmpty() ? sentence : Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1) + ".";
    }
}
