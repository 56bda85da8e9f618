package io.sistemo.cli;

import io.sistemo.api.Operation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Shows the phases of an operation on standard error, as they happen: on a terminal one line that moves, which stays when
 * its phase is over; elsewhere a line when a phase begins. Safe for every thread. Closing ends the moving line.
 */
final class Progress implements AutoCloseable {
    private static final String FRAMES = "|/-\\";
    private static final long FRAME_MILLIS = 100;
    private static final int WHOLE_PERCENT = 100;
    private static final String TO_LINE_START = "\r\u001b[K";

    private final Terminal terminal;
    private final boolean moving;
    private @Nullable Thread ticker;
    private @Nullable String phase;
    private String detail = "";
    private long phaseStartNanos;
    private int frame;
    private boolean closed;

    Progress(Terminal terminal) {
        this.terminal = terminal;
        this.moving = terminal.lively();
    }

    /** Takes in how the operation stands. */
    synchronized void show(Operation operation) {
        show(operation.state().ended() ? null : operation.phase(), detailOf(operation));
    }

    /** Takes in how much has been done of something that has a size. */
    synchronized void show(String now, long bytes, long ofBytes) {
        long percent = ofBytes == 0 ? WHOLE_PERCENT : bytes * WHOLE_PERCENT / ofBytes;
        show(now, " " + percent + "% of " + Sizes.format(ofBytes >> 20));
    }

    private void show(@Nullable String now, String newDetail) {
        detail = newDetail;
        if (now == null || now.isBlank() || closed) {
            return;
        }
        if (!Objects.equals(now, phase)) {
            finishPhase();
            phase = now;
            phaseStartNanos = System.nanoTime();
            if (!moving) {
                terminal.say(now + "...");
            }
        }
        if (moving) {
            draw();
            startTicker();
        }
    }

    /** A line between the phases. */
    synchronized void note(String line) {
        if (moving) {
            terminal.err().print(TO_LINE_START);
        }
        terminal.say(line);
    }

    private static String detailOf(Operation operation) {
        String percent = operation.progress() == null ? "" : " " + operation.progress() + "%";
        String message = operation.message() == null ? "" : " (" + Printable.line(operation.message()) + ")";
        return percent + message;
    }

    private void draw() {
        if (phase != null) {
            char spinner = FRAMES.charAt(frame++ % FRAMES.length());
            // A longer line would wrap, and the next frame would not overwrite it.
            String line = spinner + " " + Printable.line(phase) + detail;
            terminal.err()
                    .print(TO_LINE_START + (line.length() > 68 ? line.substring(0, 68) : line) + "  " + elapsed());
            terminal.err().flush();
        }
    }

    private void finishPhase() {
        if (phase != null && moving) {
            terminal.err().println(TO_LINE_START + "  " + Printable.line(phase) + "  " + elapsed());
        }
        phase = null;
    }

    private String elapsed() {
        return seconds(System.nanoTime() - phaseStartNanos);
    }

    /** A duration for people: {@code 3.4 s}. */
    static String seconds(long nanos) {
        return Sizes.oneDecimal(nanos / 1_000_000, 1000) + " s";
    }

    private void startTicker() {
        if (ticker == null) {
            ticker = Thread.ofPlatform().daemon().name("progress").start(this::tick);
        }
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(FRAME_MILLIS);
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                    draw();
                }
            }
        } catch (InterruptedException e) {
            // Closed: there is nothing left to draw.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            finishPhase();
            closed = true;
            if (ticker != null) {
                ticker.interrupt();
            }
        }
    }
}
