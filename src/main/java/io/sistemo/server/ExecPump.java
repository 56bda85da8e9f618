package io.sistemo.server;

import io.helidon.common.buffers.BufferData;
import io.helidon.websocket.WsSession;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.ExecExit;
import io.sistemo.api.ExecFrame;
import io.sistemo.guest.GuestCommand;
import io.sistemo.guest.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The guest's half of one exec stream: four virtual threads that carry output, errors and input, and wait for the end. A
 * client that does not read holds back the guest; a guest that does not read holds back the client, up to the point where
 * its input queue is full, and pings find out whether such a client is still there.
 */
final class ExecPump {
    private static final int INPUT_FRAMES = 16;
    private static final int READ_BYTES = 32 << 10;
    private static final Duration PING_INTERVAL = Duration.ofSeconds(5);
    private static final int NORMAL_CLOSE = 1000;

    private final WsSession session;
    private final JsonExchange json;

    /** The library's session is for one sender at a time. */
    private final ReentrantLock sending = new ReentrantLock();

    private final BlockingQueue<byte[]> input = new ArrayBlockingQueue<>(INPUT_FRAMES);
    private volatile @Nullable GuestCommand command;
    private volatile boolean over;

    ExecPump(WsSession session, JsonExchange json) {
        this.session = session;
        this.json = json;
    }

    /** Carries everything until the command ends; returns at once. */
    void run(GuestCommand started, Optional<Integer> timeoutSeconds) {
        command = started;
        Thread output = carry(started.output(), ExecFrame.Channel.STDOUT);
        Thread errors = carry(started.errors(), ExecFrame.Channel.STDERR);
        Thread writer = Thread.ofVirtual().name("exec-input").start(() -> feed(started));
        Thread.ofVirtual().name("exec-end").start(() -> {
            try (started) {
                waitForEnd(started, timeoutSeconds, output, errors);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                writer.interrupt();
                hangUp();
            }
        });
    }

    /** Hands input on; empty means that there is no more. Waits while the guest takes none and the queue is full. */
    void input(byte[] bytes) {
        try {
            while (!over && !input.offer(bytes, 1, TimeUnit.SECONDS)) {
                // Full; ask again whether anybody still wants it.
                continue;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            hangUp();
        }
    }

    void resize(TerminalSize size) {
        GuestCommand running = command;
        if (running != null) {
            running.resize(size);
        }
    }

    /** Ends the command; harmless when it has ended. */
    void hangUp() {
        over = true;
        GuestCommand running = command;
        if (running != null) {
            running.close();
        }
    }

    /** Says how it ended, and closes. Only the first end is told. */
    void end(@Nullable Integer exitCode, @Nullable Failure failure) {
        sending.lock();
        try {
            if (over) {
                return;
            }
            over = true;
            session.send(
                    json.write(new ExecExit(
                            ExecExit.TYPE,
                            exitCode,
                            failure == null ? null : failure.sentence(),
                            failure == null ? null : failure.code().wire())),
                    true);
            session.close(NORMAL_CLOSE, "");
        } catch (RuntimeException e) {
            // The client left before it was told; the library closes the connection.
            over = true;
        } finally {
            sending.unlock();
        }
        hangUp();
    }

    private Thread carry(InputStream stream, ExecFrame.Channel channel) {
        return Thread.ofVirtual().name("exec-" + channel).start(() -> {
            byte[] buffer = new byte[READ_BYTES];
            try {
                int count = stream.read(buffer);
                while (count >= 0 && !over) {
                    send(ExecFrame.of(channel, buffer, 0, count).encode());
                    count = stream.read(buffer);
                }
            } catch (IOException | RuntimeException e) {
                // One side is gone: the guest's end is told by its exit, the client's by nobody.
                hangUp();
            }
        });
    }

    private void send(byte[] frame) {
        sending.lock();
        try {
            if (!over) {
                session.send(BufferData.create(frame), true);
            }
        } finally {
            sending.unlock();
        }
    }

    private void feed(GuestCommand started) {
        try (OutputStream stream = started.input()) {
            byte[] bytes = input.take();
            while (bytes.length > 0) {
                stream.write(bytes);
                bytes = input.take();
            }
        } catch (IOException e) {
            // The command ended without reading it all, as commands may.
            drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A command that does not want its input may still have a client that has more of it. */
    private void drain() {
        try {
            while (!over && input.take().length > 0) {
                continue;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void waitForEnd(GuestCommand started, Optional<Integer> timeoutSeconds, Thread output, Thread errors)
            throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds.orElse(0));
        while (!over) {
            Duration wait = PING_INTERVAL;
            if (timeoutSeconds.isPresent()) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (!left.isPositive()) {
                    end(
                            null,
                            new Failure(
                                    ErrorCode.TIMED_OUT,
                                    "The command did not end within " + timeoutSeconds.get()
                                            + " s and was hung up on."));
                    return;
                }
                wait = left.compareTo(wait) < 0 ? left : wait;
            }
            long before = System.nanoTime();
            OptionalInt exit = started.awaitExit(wait);
            boolean lost = exit.isEmpty() && System.nanoTime() - before < wait.toNanos();
            if (exit.isPresent() || lost) {
                output.join();
                errors.join();
                tell(exit);
                return;
            }
            ping();
        }
    }

    private void tell(OptionalInt exit) {
        if (exit.isPresent()) {
            end(exit.getAsInt(), null);
        } else {
            end(null, new Failure(ErrorCode.FAILED, "The connection to the guest was lost before the command ended."));
        }
    }

    /** Not while output is on its way: a client that reads slowly is there. */
    private void ping() {
        if (!sending.tryLock()) {
            return;
        }
        try {
            if (!over) {
                session.ping(BufferData.empty());
            }
        } catch (RuntimeException e) {
            hangUp();
        } finally {
            sending.unlock();
        }
    }
}
