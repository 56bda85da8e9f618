package io.sistemo.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * An option of a command.
 *
 * @param name without its dashes
 * @param letter its short form, or empty
 * @param placeholder what its value is called in the help; empty for an option without a value
 * @param help one line
 * @param choices all legal values, when there are few
 * @param reader makes the value, or throws IllegalArgumentException with a sentence for the user
 * @param merger makes one value of two, when it is given again
 */
record Option<T>(
        String name,
        String letter,
        String placeholder,
        String help,
        List<String> choices,
        Function<String, T> reader,
        BinaryOperator<T> merger) {

    /** An option of which the last counts when it is given again. */
    Option(
            String name,
            String letter,
            String placeholder,
            String help,
            List<String> choices,
            Function<String, T> reader) {
        this(name, letter, placeholder, help, choices, reader, (_, last) -> last);
    }

    /** Names are unique in a command. A record's own equality is made at run time, which no cache holds and costs 30 ms. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Option<?> option && name.equals(option.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** An option that is there or not. */
    static Option<Boolean> flag(String name, String letter, String help) {
        return new Option<>(name, letter, "", help, List.of(), text -> true);
    }

    /** An option with a text that the daemon judges. */
    static Option<String> text(String name, String placeholder, String help) {
        return new Option<>(name, "", placeholder, help, List.of(), Option::notEmpty);
    }

    /** An option with names between commas; given again, it adds to them. */
    static Option<String> names(String name, String placeholder, String help) {
        return new Option<>(
                name, "", placeholder, help, List.of(), Option::notEmpty, (before, more) -> before + "," + more);
    }

    /** An option with one of a few words. */
    static Option<String> choice(String name, String letter, String help, List<String> choices) {
        return new Option<>(name, letter, String.join("|", choices), help, choices, text -> {
            if (!choices.contains(text)) {
                throw new IllegalArgumentException("\"" + text + "\" is not one of " + String.join(", ", choices));
            }
            return text;
        });
    }

    /** An option with a whole number. */
    static Option<Integer> number(String name, String placeholder, String help, int least, int most) {
        return new Option<>(name, "", placeholder, help, List.of(), text -> {
            try {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is not a number between " + least + " and " + most, e);
            }
            throw new IllegalArgumentException("\"" + text + "\" is not a number between " + least + " and " + most);
        });
    }

    /** An option with a size, in MiB. */
    static Option<Long> size(String name, String help) {
        return new Option<>(name, "", "SIZE", help, List.of(), Sizes::parseMebibytes);
    }

    /** The same option, which may be given several times: its value is all of them, in their order. */
    static <T> Option<List<T>> repeated(Option<T> option) {
        return new Option<>(
                option.name,
                option.letter,
                option.placeholder,
                option.help,
                option.choices,
                text -> List.of(option.reader.apply(text)),
                Option::joined);
    }

    private static <T> List<T> joined(List<T> before, List<T> more) {
        List<T> all = new ArrayList<>(before);
        all.addAll(more);
        return List.copyOf(all);
    }

    boolean takesValue() {
        return !placeholder.isEmpty();
    }

    private static String notEmpty(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the value is empty");
        }
        return text;
    }
}
