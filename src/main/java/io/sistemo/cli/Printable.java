package io.sistemo.cli;

/** Text that others chose, made harmless for a terminal. */
final class Printable {
    private static final char ESCAPE = 0x1b;

    private Printable() {}

    /** One line: line breaks become spaces, other control characters go. */
    static String line(String text) {
        return text(text).replace('\n', ' ').replace('\t', ' ').strip();
    }

    /** Lines: terminal sequences and control characters go, line breaks and tabs stay. */
    static String text(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == ESCAPE) {
                i = endOfSequence(text, i + 1);
                continue;
            }
            if (c == '\n' || c == '\t' || !Character.isISOControl(c)) {
                clean.append(c);
            }
            i++;
        }
        return clean.toString();
    }

    /** Where a sequence (ECMA-48) ends: CSI at its final byte, OSC and the like at BEL or ST, others at the first byte that is no intermediate one. */
    private static int endOfSequence(String text, int start) {
        if (start >= text.length()) {
            return start;
        }
        char kind = text.charAt(start);
        int i = start + 1;
        if (kind == '[') {
            while (i < text.length() && (text.charAt(i) < '@' || text.charAt(i) > '~')) {
                i++;
            }
            return Math.min(i + 1, text.length());
        }
        if (kind == ']' || kind == 'P' || kind == '^' || kind == '_' || kind == 'X') {
            while (i < text.length() && text.charAt(i) != 0x07 && text.charAt(i) != ESCAPE && text.charAt(i) != '\n') {
                i++;
            }
            return i < text.length() && text.charAt(i) == 0x07 ? i + 1 : i;
        }
        i = start;
        while (i < text.length() && text.charAt(i) >= ' ' && text.charAt(i) <= '/') {
            i++;
        }
        return Math.min(i + 1, text.length());
    }
}
