package io.sistemo.operation;

/** Text that a user gave, as messages show it. Pure. */
public final class UserText {
    private static final int LONGEST_SHOWN = 40;

    private UserText() {}

    /** The text, short enough and plain enough for one line. */
    public static String shown(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() > LONGEST_SHOWN ? plain.substring(0, LONGEST_SHOWN) + "..." : plain;
    }
}
