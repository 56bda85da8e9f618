package io.sistemo.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The daemon in a private host: one at a time, started as often as a test likes. */
final class Daemon {
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);

    private final PrivateHost host;
    private final Path log;
    private final Started process;

    private Daemon(PrivateHost host, Path log, Started process) {
        this.host = host;
        this.log = log;
        this.process = process;
    }

    /** Prepares the data directory from what was fetched ahead. */
    static void install(PrivateHost host) throws Exception {
        host.cli(
                        "install",
                        "--image",
                        "debian",
                        "--data-dir",
                        host.dataDirectory().toString())
                .succeeded();
    }

    /** Starts it and waits until it says that it is ready. */
    static Daemon up(PrivateHost host) throws Exception {
        Daemon daemon = start(host);
        try {
            daemon.awaitReady();
        } catch (AssertionError e) {
            throw new AssertionError("the daemon is not ready:\n" + daemon.log(), e);
        }
        return daemon;
    }

    /** Starts it in a process group of its own, as a shell on a terminal does, and does not wait. */
    static Daemon start(PrivateHost host) throws IOException {
        Path log = host.scratch().resolve("daemon.log");
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(
                host.program(List.of("up", "--data-dir", host.dataDirectory().toString())));
        return new Daemon(host, log, host.start(command, log));
    }

    private void awaitReady() throws Exception {
        Await.until(READY_LIMIT, "GET /ready answers 200", () -> {
            if (!process.isRunning()) {
                throw new AssertionError("the daemon has ended");
            }
            return isReady();
        });
        host.installation();
    }

    /** Whether it serves requests. */
    boolean isReady() throws Exception {
        return Http.get(host, "/ready").startsWith("HTTP/1.1 200");
    }

    /** Kills it as a crash would; returns when it is gone. */
    void kill() throws Exception {
        process.signal("KILL");
        process.await(STOP_LIMIT);
    }

    /** Asks it to end, as a service manager does; returns how it ended. */
    Result terminate() throws Exception {
        signal("TERM");
        return awaitStop();
    }

    /** Sends it, and nobody else, a signal. */
    void signal(String name) throws Exception {
        process.signal(name);
    }

    /** Waits for the end of one that was asked to end. */
    Result awaitStop() throws Exception {
        return process.await(STOP_LIMIT);
    }

    /** Interrupts its whole process group, as Ctrl-C on its terminal does; returns how it ended. */
    Result interruptGroup() throws Exception {
        process.signalGroup("INT");
        return process.await(STOP_LIMIT);
    }

    /** Waits for an end that it comes to by itself. */
    Result awaitEnd() throws Exception {
        return process.await(READY_LIMIT);
    }

    /** Whether it runs. */
    boolean isRunning() {
        return process.isRunning();
    }

    /** All that daemons in this host have printed. */
    String log() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }
}
