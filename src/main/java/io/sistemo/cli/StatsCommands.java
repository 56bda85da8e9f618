package io.sistemo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sistemo.api.MachineStats;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code sistemo machine stats} and {@code top}. */
final class StatsCommands {
    private static final long REFRESH_SECONDS = 2;
    private static final long KIBIBYTE = 1024;
    private static final long MEBIBYTE = KIBIBYTE * KIBIBYTE;
    private static final long GIBIBYTE = KIBIBYTE * MEBIBYTE;
    private static final int CTRL_C = 3;
    private static final Comparator<MachineStats> BUSIEST_FIRST = Comparator.comparingDouble(
                    (MachineStats stats) -> stats.cpuPercent() == null ? -1 : stats.cpuPercent())
            .thenComparingLong(MachineStats::memoryBytes)
            .reversed()
            .thenComparing(MachineStats::name);

    private StatsCommands() {}

    static int stats(Invocation invocation, Session session) throws IOException {
        MachineStats stats = session.client().stats(invocation.arguments().getFirst());
        if (session.json()) {
            session.printJson(stats);
            return ExitCode.OK;
        }
        session.printDetails(List.of(
                List.of("Name", stats.name()),
                List.of("Status", stats.status()),
                List.of("CPU", percent(stats.cpuPercent()) + " of " + stats.vcpus() + " vCPUs"),
                List.of("CPU time", seconds(stats.cpuTimeMs()) + ", held back for " + seconds(stats.cpuThrottledMs())),
                List.of("Memory", bytes(stats.memoryBytes()) + " of " + bytes(stats.memoryLimitBytes())),
                List.of("Processes", stats.processes() + " of " + stats.processLimit()),
                List.of("Disk read", bytes(stats.diskReadBytes()) + ", " + number(stats.diskReads()) + " requests"),
                List.of(
                        "Disk written",
                        bytes(stats.diskWrittenBytes()) + ", " + number(stats.diskWrites()) + " requests"),
                List.of(
                        "Received",
                        bytes(stats.networkReceivedBytes()) + ", " + number(stats.networkReceivedPackets())
                                + " packets"),
                List.of(
                        "Sent",
                        bytes(stats.networkSentBytes()) + ", " + number(stats.networkSentPackets()) + " packets")));
        return ExitCode.OK;
    }

    static int top(Invocation invocation, Session session) throws IOException {
        if (session.json()) {
            session.printJson(session.client().stats());
        } else if (session.terminal().outIsTerminal() && session.terminal().inIsTerminal()) {
            watch(session);
        } else {
            session.print(table(session.client().stats().machines()));
        }
        return ExitCode.OK;
    }

    /** Draws anew until q or Ctrl-C is typed, or nothing more can be typed. */
    private static void watch(Session session) throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        try (RawTerminal _ = RawTerminal.enter()) {
            Thread.ofPlatform()
                    .daemon()
                    .name("keys")
                    .start(() -> awaitEnd(session.terminal().in(), over));
            boolean ended = false;
            while (!ended) {
                // Cursor home, then each line to its end, then what is below: nothing flickers.
                StringBuilder screen = new StringBuilder("\u001b[H");
                table(session.client().stats().machines())
                        .render()
                        .forEach(line -> screen.append(line).append("\u001b[K\r\n"));
                screen.append("\u001b[K\r\nq ends\u001b[K\u001b[J");
                byte[] drawn = screen.toString().getBytes(UTF_8);
                session.out().write(drawn, 0, drawn.length);
                session.out().flush();
                ended = over.await(REFRESH_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            session.out().line("");
        }
    }

    private static void awaitEnd(InputStream keys, CountDownLatch over) {
        try {
            int key;
            do {
                key = keys.read();
            } while (key != 'q' && key != 'Q' && key != CTRL_C && key >= 0);
        } catch (IOException e) {
            // The terminal is gone, and so is who looked at it.
        } finally {
            over.countDown();
        }
    }

    /** Busiest first. */
    static TextTable table(List<MachineStats> machines) {
        TextTable table = new TextTable("NAME", "STATUS", "CPU", "MEMORY", "LIMIT", "PROCESSES", "RECEIVED", "SENT");
        machines.stream()
                .sorted(BUSIEST_FIRST)
                .forEach(stats -> table.row(
                        stats.name(),
                        stats.status(),
                        percent(stats.cpuPercent()),
                        bytes(stats.memoryBytes()),
                        bytes(stats.memoryLimitBytes()),
                        Long.toString(stats.processes()),
                        bytes(stats.networkReceivedBytes()),
                        bytes(stats.networkSentBytes())));
        return table;
    }

    private static String percent(@Nullable Double value) {
        return value == null ? "-" : Sizes.oneDecimal(Math.round(value * 10), 10) + "%";
    }

    private static String seconds(long milliseconds) {
        return Sizes.oneDecimal(milliseconds, 1000) + " s";
    }

    private static String number(@Nullable Long value) {
        return value == null ? "-" : value.toString();
    }

    /** For people: {@code 512B}, {@code 1.5KB}, {@code 3.0MB}. */
    static String bytes(@Nullable Long value) {
        if (value == null) {
            return "-";
        }
        if (value < KIBIBYTE) {
            return value + "B";
        }
        if (value < MEBIBYTE) {
            return Sizes.oneDecimal(value, KIBIBYTE) + "KB";
        }
        return value < GIBIBYTE ? Sizes.oneDecimal(value, MEBIBYTE) + "MB" : Sizes.oneDecimal(value, GIBIBYTE) + "GB";
    }
}
