package io.sistemo.operation;

import io.sistemo.store.ConstraintException;
import io.sistemo.store.StoreException;
import java.util.Objects;
import java.util.Optional;

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

    /** The answer when the database could not be read, as on a disk that fails; empty for every other failure. */
    public static Optional<Refusal> ofDatabase(Throwable thrown) {
        return switch (thrown) {
            // A rule of the tables that was broken is a mistake of ours; the disk has nothing to do with it.
            case ConstraintException mistake -> Optional.empty();
            case StoreException failure ->
                Optional.of(new Refusal(
                        RefusalCode.HOST_UNUSABLE,
                        "The request cannot be answered, since " + failure.getMessage()
                                + "; look at the disk and at 'sistemo doctor'.",
                        failure));
            default -> Optional.empty();
        };
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
