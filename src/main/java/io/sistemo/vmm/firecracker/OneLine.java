package io.sistemo.vmm.firecracker;

/** What another program said, fit for a message: one line of printable ASCII that is not too long. */
final class OneLine {
    private static final int LONGEST = 300;

    private OneLine() {}

    /** The text, or {@code otherwise} when nothing of it can be printed. Pure. */
    static String of(String text, String otherwise) {
        String line = text.replaceAll("\\s+", " ")
                .replaceAll("[^\\x20-\\x7e]", "")
                .strip()
                .replaceFirst("[.\\s]+$", "");
        if (line.isEmpty()) {
            return otherwise;
        }
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    }
}
