package io.sistemo.machine;

import java.util.Optional;

/** When a machine is started again though no user asked for that. */
public enum RestartPolicy {
    /** Never: it stays as it ended. */
    NO("no"),
    /** When its VMM died or its guest's kernel panicked, so many times in a row; not when the guest powered off. */
    ON_FAILURE("on-failure"),
    /** Whenever it ends, until a user stops it. */
    ALWAYS("always");

    private final String word;

    RestartPolicy(String word) {
        this.word = word;
    }

    /** How users write it. */
    public String word() {
        return word;
    }

    /** The policy of a word. */
    public static Optional<RestartPolicy> find(String word) {
        for (RestartPolicy policy : values()) {
            if (policy.word.equals(word)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }
}
