package io.sistemo.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What {@code /proc/PID} says about a process, see proc(5). */
final class ProcessFiles {
    /** Fields of {@code stat} after the name in parentheses: the state is field 3, the start time field 22. */
    private static final int STATE = 0;

    private static final int START_TICKS = 19;

    private ProcessFiles() {}

    /** When a process started, in clock ticks since boot; empty when there is none or it has ended. */
    static OptionalLong startTicks(long pid) {
        return read(pid, "stat")
                .map(bytes -> parseStartTicks(new String(bytes, StandardCharsets.ISO_8859_1)))
                .orElse(OptionalLong.empty());
    }

    /** Pure. The name may hold anything, parentheses and spaces too: what counts begins after the last one. */
    static OptionalLong parseStartTicks(String stat) {
        List<String> fields =
                List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1));
        if (fields.size() <= START_TICKS) {
            throw new HostException("cannot understand a process's state: " + stat.strip());
        }
        String state = fields.get(STATE);
        boolean ended = state.equals("Z") || state.equals("X") || state.equals("x");
        return ended ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields.get(START_TICKS)));
    }

    /** The arguments that a process was started with; empty when it has ended or is changing its program. */
    static List<String> commandLine(long pid) {
        String text = read(pid, "cmdline")
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
        if (text.isEmpty()) {
            return List.of();
        }
        String withoutEnd = text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
        return List.of(withoutEnd.split("\0", -1));
    }

    private static Optional<byte[]> read(long pid, String file) {
        Path path = Path.of("/proc", Long.toString(pid), file);
        try {
            return Optional.of(java.nio.file.Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // A process that ends while its file is read gives ESRCH.
            if (!java.nio.file.Files.exists(path)) {
                return Optional.empty();
            }
            throw new HostException("cannot read " + path, e);
        }
    }
}
