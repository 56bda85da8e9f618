package io.sistemo.host;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What {@code /proc/PID} says about a process, see proc(5). */
final class ProcessFiles {
    /** Fields of {@code stat} after the name in parentheses: the state is field 3, the start time field 22. */
    private static final int STATE = 0;

    private static final int START_TICKS = 19;
    /** Of {@code net/dev}: the first number about what was sent. */
    private static final int SENT = 8;

    /** Several times what a VMM's command line has. */
    private static final int LONGEST_COMMAND_LINE = 64 * 1024;

    private ProcessFiles() {}

    /** When a process started, in clock ticks since boot; empty when there is none or it has ended. */
    static OptionalLong startTicks(long pid) {
        return read(pid, "stat")
                .map(bytes -> parseStartTicks(new String(bytes, StandardCharsets.ISO_8859_1)))
                .orElse(OptionalLong.empty());
    }

    /** Pure. The name may hold anything, parentheses and spaces too: what counts begins after the last one. */
    static OptionalLong parseStartTicks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", START_TICKS + 2);
        if (fields.length <= START_TICKS) {
            throw new HostException("cannot understand a process's state: " + stat.strip());
        }
        String state = fields[STATE];
        boolean ended = state.equals("Z") || state.equals("X") || state.equals("x");
        return ended ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[START_TICKS]));
    }

    /**
     * The arguments that a process was started with, those beyond {@value #LONGEST_COMMAND_LINE} bytes left out; empty when it
     * has ended or is changing its program.
     */
    static List<String> commandLine(long pid) {
        String text = readAtOnce(pid, "cmdline");
        if (text.isEmpty()) {
            return List.of();
        }
        String withoutEnd = text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
        return List.of(withoutEnd.split("\0", -1));
    }

    /**
     * Reads by a single call. The kernel looks the process's memory up anew for each: when it ends or changes its program
     * between two of them, the beginning of one command line is all that is read, or is followed by the end of another.
     */
    private static String readAtOnce(long pid, String file) {
        Path path = Path.of("/proc", Long.toString(pid), file);
        byte[] buffer = new byte[LONGEST_COMMAND_LINE];
        try (FileInputStream stream = new FileInputStream(path.toFile())) {
            int length = stream.read(buffer);
            return length <= 0 ? "" : new String(buffer, 0, length, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return whenEnded(path, e, "");
        }
    }

    /** What went through a link of its network namespace; empty when it has ended or there is no such link. */
    static Optional<LinkTraffic> traffic(long pid, String link) {
        return read(pid, "net/dev")
                .flatMap(bytes -> parseTraffic(new String(bytes, StandardCharsets.ISO_8859_1), link));
    }

    /** Pure. After the name, eight numbers are of what was received, and eight of what was sent; bytes and packets come first. */
    static Optional<LinkTraffic> parseTraffic(String devices, String link) {
        return devices.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(link + ":"))
                .map(line -> line.substring(link.length() + 1).strip().split("\\s+", -1))
                .filter(numbers -> numbers.length > SENT + 1)
                .map(numbers -> new LinkTraffic(
                        Long.parseLong(numbers[0]),
                        Long.parseLong(numbers[1]),
                        Long.parseLong(numbers[SENT]),
                        Long.parseLong(numbers[SENT + 1])))
                .findFirst();
    }

    private static Optional<byte[]> read(long pid, String file) {
        Path path = Path.of("/proc", Long.toString(pid), file);
        try {
            return Optional.of(java.nio.file.Files.readAllBytes(path));
        } catch (IOException e) {
            return whenEnded(path, e, Optional.empty());
        }
    }

    /** The answer for a process that ended before its file was read or, with ESRCH, meanwhile. */
    private static <T> T whenEnded(Path path, IOException failure, T answer) {
        if (!java.nio.file.Files.exists(path)) {
            return answer;
        }
        throw new HostException("cannot read " + path, failure);
    }
}
