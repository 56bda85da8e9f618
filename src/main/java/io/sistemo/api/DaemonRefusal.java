package io.sistemo.api;

import java.io.IOException;
import java.util.Optional;

/** The daemon answered with an error; the message is its sentence for the user. */
public final class DaemonRefusal extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    /** An answer with this HTTP status, sentence, and {@link ErrorCode} in lower case. */
    public DaemonRefusal(int status, String sentence, String code) {
        super(sentence);
        this.status = status;
        this.code = code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The code, unless this program does not know it. */
    public Optional<ErrorCode> code() {
        return ErrorCode.find(code);
    }
}
