package io.sistemo.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows in columns that line up; the width of a column is that of its widest cell. */
final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... headings) {
        rows.add(List.of(headings));
    }

    /** Adds a row; an empty cell is shown as a dash. Control characters are not let through to the terminal. */
    void row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("A row of " + cells.length + " cells in this table.");
        }
        List<String> row = new ArrayList<>();
        for (String cell : cells) {
            String clean = Printable.line(cell);
            row.add(clean.isEmpty() ? "-" : clean);
        }
        rows.add(row);
    }

    /** The lines, headings first, without spaces at their ends. */
    List<String> render() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = row.get(i);
                line.append(cell).append(" ".repeat(widths[i] - cell.length() + (i + 1 < columns ? 3 : 0)));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
