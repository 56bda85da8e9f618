package io.sistemo.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command line that makes sense.
 *
 * @param command what to run
 * @param values of the options that were given, global ones too
 * @param arguments what was given besides options
 */
record Invocation(Command command, Map<Option<?>, Object> values, List<String> arguments) {
    /** The value of an option, if it was given. */
    @SuppressWarnings("unchecked") // the parser puts in what the option's own reader made
    <T> Optional<T> find(Option<T> option) {
        return Optional.ofNullable((T) values.get(option));
    }

    /** Whether an option without a value was given. */
    boolean has(Option<Boolean> flag) {
        return find(flag).orElse(false);
    }
}
