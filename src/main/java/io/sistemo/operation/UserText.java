package io.sistemo.operation;

import java.util.List;

/** Text that a user gave, as messages show it. Pure. */
public final class UserText {
    private static final int LONGEST_SHOWN = 40;
    private static final int MOST_LISTED = 10;

    private UserText() {}

    /** The text, short enough and plain enough for one line. */
    public static String shown(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() > LONGEST_SHOWN ? plain.substring(0, LONGEST_SHOWN) + "..." : plain;
    }

    /** Names one after the other, of very many only some. */
    public static String list(List<String> names) {
        int more = names.size() - MOST_LISTED;
        String shown = String.join(", ", names.subList(0, Math.min(MOST_LISTED, names.size())));
        return more > 0 ? shown + " and " + more + " more" : shown;
    }
}
