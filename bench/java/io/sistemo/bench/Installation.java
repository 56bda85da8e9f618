package io.sistemo.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The daemon that is measured, its data directory and its API. The benchmarks run in its private host. */
final class Installation {
    private static final String API = "http://127.0.0.1:7777";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path repository;
    private final Path work;
    private Process daemon;

    private Installation(Path repository, Path work, Process daemon) {
        this.repository = repository;
        this.work = work;
        this.daemon = daemon;
    }

    static Installation up(Path repository, Path work) throws Exception {
        Installation installation = new Installation(repository, work, begin(repository, work, ""));
        await("the daemon is ready", () -> installation.isReady());
        return installation;
    }

    /** Ends the daemon and starts another one with lines added to its configuration; machines run on. */
    void restart(String moreConfiguration) throws Exception {
        down();
        daemon = begin(repository, work, moreConfiguration);
        await("the daemon is ready", this::isReady);
    }

    private static Process begin(Path repository, Path work, String moreConfiguration) throws IOException {
        Files.writeString(
                work.resolve("data/config.yml"),
                "ssh_timeout_sec: 600\nstop_timeout_sec: 30\nrate_limit_rps: 0\n" + moreConfiguration);
        return Commands.start(
                work.resolve("daemon.log"),
                repository.resolve("sistemo").toString(),
                "up",
                "--data-dir",
                work.resolve("data").toString());
    }

    void down() throws InterruptedException {
        daemon.destroy();
        daemon.waitFor();
    }

    long daemonPid() {
        return daemon.pid();
    }

    Path data() {
        return work.resolve("data");
    }

    Path work() {
        return work;
    }

    /** A command line of ours, as a user starts it. */
    List<String> command(String... arguments) {
        return Commands.list(repository.resolve("sistemo").toString(), arguments);
    }

    String sistemo(String... arguments) throws IOException, InterruptedException {
        return Commands.run(command(arguments));
    }

    /** One field of a machine that is a text or a number. */
    String field(String machine, String name) throws IOException {
        Matcher matcher =
                Pattern.compile("\"" + name + "\"\\s*:\\s*\"?([^\",}]+)").matcher(get("/api/v1/machines/" + machine));
        if (!matcher.find()) {
            throw new IOException("no field " + name + " of " + machine);
        }
        return matcher.group(1);
    }

    /** The installation's id, as the daemon names it when it is ready. */
    String id() throws IOException {
        Matcher matcher =
                Pattern.compile("installation ([0-9a-f]{12})").matcher(Files.readString(work.resolve("daemon.log")));
        if (!matcher.find()) {
            throw new IOException("the daemon did not tell its installation's id");
        }
        return matcher.group(1);
    }

    String get(String path) throws IOException {
        return answer("GET", path);
    }

    /** Sends a request and reads the answer to its end. */
    String answer(String method, String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(API + path).toURL().openConnection();
        connection.setRequestMethod(method);
        try (var stream = connection.getInputStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Sends a body and waits for what comes of it. */
    void post(String path, String json) throws IOException {
        send("POST", path, json, "wait=100");
    }

    /** Sends a request whose operation goes on when the answer is there; a body may be empty. */
    void begin(String method, String path, String json) throws IOException {
        send(method, path, json, "respond-async");
    }

    private static void send(String method, String path, String json, String preference) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(API + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Prefer", preference);
        if (!json.isEmpty()) {
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            connection.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
        }
        try (var stream = connection.getInputStream()) {
            stream.readAllBytes();
        }
    }

    private boolean isReady() throws IOException {
        if (!daemon.isAlive()) {
            throw new IOException("the daemon ended:\n" + Files.readString(work.resolve("daemon.log")));
        }
        try {
            get("/ready");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Asks every millisecond, which is fine enough for what is measured here. */
    static void await(String what, Callable<Boolean> holds) throws Exception {
        await(what, 1, holds);
    }

    /** The same for what is disturbed by being asked: so long a pause between two questions. */
    static void await(String what, long pauseMilliseconds, Callable<Boolean> holds) throws Exception {
        Instant deadline = Instant.now().plus(LIMIT);
        while (!holds.call()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IOException("waited in vain: " + what);
            }
            Thread.sleep(pauseMilliseconds);
        }
    }
}
