package io.sistemo.host;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A log to which a program will append, and how long it was before.
 *
 * @param lengthBefore bytes
 */
record AppendedLog(Path file, long lengthBefore) {
    private static final int LONGEST_PART_BYTES = 4096;
    private static final int LONGEST_LINE = 300;

    /** Makes the log when it is missing, readable by its owner alone. */
    static AppendedLog open(Path file) {
        try (OpenFile open = OpenFile.open(file, OpenFlags.WRITE_ONLY | OpenFlags.CREATE, 0600)) {
            return new AppendedLog(file, open.requireRegular().sizeBytes());
        }
    }

    /** Whether a text is in the first 4 KiB of what was appended. */
    boolean says(String text) {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            byte[] head = new byte[(int) Math.min(Math.max(0, open.length() - lengthBefore), LONGEST_PART_BYTES)];
            open.seek(lengthBefore);
            open.readFully(head);
            return new String(head, StandardCharsets.UTF_8).contains(text);
        } catch (IOException e) {
            throw new HostException("cannot read the log " + file, e);
        }
    }

    /** The last line that is not blank of what was appended; empty when nothing was. */
    String lastNewLine() {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            long start = Math.max(lengthBefore, open.length() - LONGEST_PART_BYTES);
            byte[] tail = new byte[(int) Math.max(0, open.length() - start)];
            open.seek(start);
            open.readFully(tail);
            String text = new String(tail, StandardCharsets.UTF_8).strip();
            String line = text.substring(text.lastIndexOf('\n') + 1).strip();
            return line.substring(0, Math.min(line.length(), LONGEST_LINE));
        } catch (IOException e) {
            throw new HostException("cannot read the log " + file, e);
        }
    }
}
