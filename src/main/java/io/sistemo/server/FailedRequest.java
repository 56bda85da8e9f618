package io.sistemo.server;

import io.sistemo.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/** Ends a request with an answer that says why. */
final class FailedRequest extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    FailedRequest(ErrorCode code, String sentence) {
        this(new Failure(code, sentence), null);
    }

    FailedRequest(Failure failure, @Nullable Throwable cause) {
        super(failure.sentence(), cause);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
