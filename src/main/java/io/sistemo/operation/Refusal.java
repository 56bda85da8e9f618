package io.sistemo.operation;

import java.util.Objects;

/**
 * The answer to a request that is not carried out, or whose operation failed. The message is one or two plain sentences
 * for the user: what was asked, why not, what to do.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final RefusalCode code;

    /** A refusal with its sentence. */
    public Refusal(RefusalCode code, String sentence) {
        super(Objects.requireNonNull(sentence));
        this.code = Objects.requireNonNull(code);
    }

    /** A refusal with its sentence, and the technical cause for the log. */
    public Refusal(RefusalCode code, String sentence, Throwable cause) {
        super(Objects.requireNonNull(sentence), cause);
        this.code = Objects.requireNonNull(code);
    }

    /** Why. */
    public RefusalCode code() {
        return code;
    }

    /** The sentence for the user. */
    public String sentence() {
        return Objects.requireNonNull(getMessage());
    }
}
