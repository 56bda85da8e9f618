package io.sistemo.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that was started in a private host. Its output is read as it comes.
 *
 * <p>The process that we see is the one that entered the namespaces; the program itself is its only child.
 */
final class Started {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final Process entering;
    private final CompletableFuture<String> out;
    private final CompletableFuture<String> err;

    Started(Process entering) {
        this.entering = entering;
        this.out = CompletableFuture.supplyAsync(() -> read(entering.getInputStream()), Started::onVirtualThread);
        this.err = CompletableFuture.supplyAsync(() -> read(entering.getErrorStream()), Started::onVirtualThread);
    }

    /** Sends a signal, as {@code kill -NAME}, to the program. */
    void signal(String name) throws Exception {
        for (ProcessHandle child : startedChildren()) {
            if (name.equals("KILL")) {
                // At this moment: a program that sends it would come too late for what takes a few milliseconds.
                child.destroyForcibly();
            } else {
                kill(name, Long.toString(child.pid()));
            }
        }
        if (name.equals("CONT")) {
            // What entered the namespaces stops with its child, and nobody else wakes it.
            kill(name, Long.toString(entering.pid()));
        }
    }

    /** Sends a signal to the whole process group of the program, which must have been started as the first of one. */
    void signalGroup(String name) throws Exception {
        for (ProcessHandle child : startedChildren()) {
            if (kill(name, "-" + child.pid()) != 0) {
                throw new AssertionError("process " + child.pid() + " is no group's first");
            }
        }
    }

    private List<ProcessHandle> startedChildren() throws Exception {
        Await.until(
                START_LIMIT,
                "the program has started",
                () -> !entering.isAlive() || !children().isEmpty());
        return children();
    }

    private static int kill(String signal, String target) throws Exception {
        return new ProcessBuilder("kill", "-" + signal, "--", target)
                .redirectErrorStream(true)
                .start()
                .waitFor();
    }

    /** Whether it still runs. */
    boolean isRunning() {
        return entering.isAlive();
    }

    /** Waits for its end; kills it and fails when it does not come. */
    Result await(Duration limit) throws Exception {
        if (!entering.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            signal("KILL");
            entering.waitFor();
            throw new AssertionError(
                    "still running after " + limit.toSeconds() + " s\nout: " + out.join() + "\nerr: " + err.join());
        }
        return new Result(entering.exitValue(), out.join(), err.join());
    }

    private List<ProcessHandle> children() {
        return entering.toHandle().children().toList();
    }

    private static void onVirtualThread(Runnable work) {
        Thread.ofVirtual().start(work);
    }

    private static String read(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
