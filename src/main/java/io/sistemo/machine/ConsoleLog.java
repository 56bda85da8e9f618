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
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a guest, or its VMM, printed: bytes that nobody may trust. */
final class ConsoleLog {
    private static final int TAIL_BYTES = 8192;
    private static final int LONGEST_LINE = 200;
    private static final List<String> CAUSES = List.of("Kernel panic - not syncing", "sistemo: cannot boot");

    private final Path file;

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
            return java.util.Arrays.copyOf(buffer.array(), buffer.position());
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
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

    /** Whether the guest's kernel said that it powered off or restarted. */
    boolean saysPoweredOff() {
        return lines().stream()
                .anyMatch(line -> line.contains("reboot: Power down") || line.contains("reboot: Restarting system"));
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
