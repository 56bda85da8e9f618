package io.sistemo.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a guest, or its VMM, printed: bytes that nobody may trust. */
final class ConsoleLog {
    private static final int TAIL_BYTES = 8192;
    private static final int LONGEST_LINE = 200;
    private static final List<String> CAUSES = List.of("Kernel panic - not syncing", "sistemo: cannot boot");

    /** Nothing else of the kernel's follows, but a process of the guest's may have been about to print. */
    private static final int LAST_LINES = 3;

    /** Of {@code kernel/panic.c}, when it is told not to boot again. */
    private static final String END_OF_PANIC = "---[ end Kernel panic - not syncing";

    private final Path file;

    /** What a kernel says last. */
    enum LastWord {
        /** It powers off. */
        POWER_DOWN("reboot: Power down"),
        /** It boots again. */
        RESTARTING("reboot: Restarting system");

        private final String beginning;

        LastWord(String beginning) {
            this.beginning = beginning;
        }

        private static Optional<LastWord> find(String line) {
            return Arrays.stream(values())
                    .filter(word -> line.startsWith(word.beginning))
                    .findFirst();
        }
    }

    ConsoleLog(Path file) {
        this.file = file;
    }

    /** The newest bytes, at most so many; none when there is no log. */
    byte[] tail(int maxBytes) {
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            long size = channel.size();
            int length = (int) Math.min(size, maxBytes);
            ByteBuffer buffer = ByteBuffer.allocate(length);
            channel.position(size - length);
            int read;
            do {
                read = channel.read(buffer);
            } while (read >= 0 && buffer.hasRemaining());
            return Arrays.copyOf(buffer.array(), buffer.position());
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** The line in which the guest's kernel said at its very end that it panicked and does not boot again. */
    Optional<String> panicAtTheEnd() {
        List<String> lines = lines();
        return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()).stream()
                .map(ConsoleLog::withoutTimestamp)
                .filter(line -> line.startsWith(END_OF_PANIC))
                .findFirst();
    }

    /** The line that says why a boot failed, if there is one. */
    Optional<String> cause() {
        return lines().stream()
                .filter(line -> CAUSES.stream().anyMatch(line::contains))
                .findFirst()
                .map(ConsoleLog::withoutTimestamp);
    }

    /** The last line, if there is any. */
    Optional<String> lastLine() {
        List<String> lines = lines();
        return lines.isEmpty() ? Optional.empty() : Optional.of(lines.getLast());
    }

    /**
     * What the guest's kernel said at its very end ({@code kernel/reboot.c}), when it ended as it should. Only the last lines
     * count: a guest may print an old log of its own.
     */
    Optional<LastWord> lastWord() {
        List<String> lines = lines();
        return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()).reversed().stream()
                .map(ConsoleLog::withoutTimestamp)
                .flatMap(line -> LastWord.find(line).stream())
                .findFirst();
    }

    /** Printable ASCII only, since this ends on users' terminals. */
    private List<String> lines() {
        return new String(tail(TAIL_BYTES), StandardCharsets.ISO_8859_1)
                .lines()
                .map(line -> line.replaceAll("\\x1b\\[[0-9;]*[A-Za-z]", "")
                        .replaceAll("[^\\x20-\\x7e]", "")
                        .strip())
                .filter(line -> !line.isEmpty())
                .map(line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line)
                .toList();
    }

    private static String withoutTimestamp(String line) {
        return line.replaceFirst("^\\[ *[0-9.]+\\] ", "");
    }
}
