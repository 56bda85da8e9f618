package io.sistemo.guest;

/**
 * The size of a terminal, or {@link #NONE} for a command without one.
 *
 * @param rows in characters
 * @param columns in characters
 */
public record TerminalSize(int rows, int columns) {
    /** No terminal: standard output and standard error stay apart. */
    public static final TerminalSize NONE = new TerminalSize(0, 0);
}
