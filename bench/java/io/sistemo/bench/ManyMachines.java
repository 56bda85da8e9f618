package io.sistemo.bench;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A daemon that finds many machines which run. They were deployed by daemons that were killed; each has all that a machine has on
 * the host, and a VMM that opens its tap and then only sleeps. Since no guest answers, that it did is written into the database
 * between two daemons.
 */
final class ManyMachines {
    private static final String API = "http://127.0.0.1:7777";
    private static final String QEMU = "/usr/bin/qemu-system-x86_64";
    private static final int GUEST_PORT = 2222;
    private static final int AT_ONCE = 100;
    private static final int STARTS = 5;
    private static final int PASSES = 10;
    private static final int ROUNDS = 3;
    private static final double TICKS_PER_SECOND = 100;

    /** Opens tap0, whose owner it is, as a VMM does; numbers of linux/if_tun.h. */
    private static final String STAND_IN = """
            #!/usr/bin/perl
            sysopen(my $tap, "/dev/net/tun", 2) or die "no tun: $!";
            my $request = pack("a16 s x22", "tap0", 0x5002);
            ioctl($tap, 0x400454ca, $request) or die "no tap: $!";
            sleep 100000 while 1;
            """;

    private static final String REDIRECTION = """
            table ip silentguests {
              chain output {
                type nat hook output priority -100;
                oifname "sistemo0" tcp dport %d redirect to :%d
              }
            }
            """;

    private final Path repository;
    private final Path work;

    private ManyMachines(Path repository, Path work) {
        this.repository = repository;
        this.work = work;
    }

    /**
     * Arguments: the repository, a working directory whose {@code data} is prepared, how many machines, and how often all is
     * measured when they are there.
     */
    public static void main(String[] arguments) throws Exception {
        ManyMachines bench = new ManyMachines(Path.of(arguments[0]), Path.of(arguments[1]));
        int count = Integer.parseInt(arguments[2]);
        // Connections to guests are taken by the kernel, so that daemons do not try again and again.
        try (ServerSocket silent = new ServerSocket(0, count, InetAddress.getLoopbackAddress())) {
            bench.prepare(silent.getLocalPort());
            for (int from = 0; from < count; from += AT_ONCE) {
                bench.deploy(from, Math.min(count, from + AT_ONCE));
            }
            for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
                List<Measurement> measurements = bench.measure(count);
                System.out.println(Measurement.heading());
                measurements.forEach(measurement -> System.out.println(measurement.line()));
            }
        } catch (IOException e) {
            List<String> log = Files.readAllLines(bench.work.resolve("daemon.log"));
            throw new IOException(
                    "the daemon said last:\n"
                            + String.join("\n", log.subList(Math.max(0, log.size() - 20), log.size())),
                    e);
        }
    }

    private void prepare(int port) throws Exception {
        Path program = Files.writeString(work.resolve("stand-in"), STAND_IN);
        Commands.run("chmod", "0755", program.toString());
        Commands.run("mount", "--bind", program.toString(), QEMU);
        Path rules = Files.writeString(work.resolve("silent-guests.nft"), REDIRECTION.formatted(GUEST_PORT, port));
        Commands.run("nft", "-f", rules.toString());
        // No guest boots, so its files need not be whole: they are written for each machine.
        Files.writeString(work.resolve("initramfs"), "nothing");
        Path image = work.resolve("standin.ext4");
        Commands.run("mkfs.ext4", "-q", "-F", "-J", "size=4", image.toString(), "16M");
        Process daemon = up(3600);
        Commands.run(Commands.list(repository.resolve("sistemo").toString(), "image", "pull", image.toString()));
        kill(daemon);
    }

    private Process up(int reconcileSeconds) throws Exception {
        Files.writeString(
                work.resolve("data/config.yml"),
                "ssh_timeout_sec: 600\ninitrd_path: " + work.resolve("initramfs") + "\nreconciler_interval_sec: "
                        + reconcileSeconds + "\n");
        Process daemon = Commands.start(
                work.resolve("daemon.log"),
                repository.resolve("sistemo").toString(),
                "up",
                "--data-dir",
                work.resolve("data").toString());
        Installation.await("the daemon is ready", () -> {
            if (!daemon.isAlive()) {
                throw new IOException("the daemon ended:\n" + Files.readString(work.resolve("daemon.log")));
            }
            return answers("/ready");
        });
        return daemon;
    }

    private static boolean answers(String path) {
        try {
            get(path);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void kill(Process daemon) throws InterruptedException {
        daemon.destroyForcibly();
        daemon.waitFor();
    }

    private static String get(String path) throws IOException {
        try (var stream = URI.create(API + path).toURL().openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void deploy(int from, int to) throws Exception {
        Instant began = Instant.now();
        Process daemon = up(3600);
        for (int i = from; i < to; i++) {
            String name = "many" + i;
            begin("{\"name\":\"%s\",\"image\":\"standin\",\"vcpus\":1,\"memory_mb\":128,\"storage_mb\":16}"
                    .formatted(name));
            Installation.await(
                    "the VMM of " + name + " is held", () -> !pid(name).equals("null"));
        }
        kill(daemon);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + work.resolve("data/sistemo.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE machine SET created = 1, booted = 1");
            statement.executeUpdate(
                    "UPDATE operation SET state = 'succeeded', ended_at = started_at WHERE state = 'running'");
        }
        System.out.printf(
                "%d machines, %d s for the last %d%n",
                to, Duration.between(began, Instant.now()).toSeconds(), to - from);
    }

    private static void begin(String json) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(API + "/api/v1/machines").toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Prefer", "respond-async");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        connection.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
        try (var stream = connection.getInputStream()) {
            stream.readAllBytes();
        }
    }

    private static String pid(String machine) throws IOException {
        try {
            return field(machine, "pid");
        } catch (FileNotFoundException e) {
            throw new IOException(machine + " was taken back: " + get("/api/v1/audit-log?limit=1"), e);
        }
    }

    private static String field(String machine, String name) throws IOException {
        Matcher matcher =
                Pattern.compile("\"" + name + "\"\\s*:\\s*\"?([^\",}]+)").matcher(get("/api/v1/machines/" + machine));
        if (!matcher.find()) {
            throw new IOException("no field " + name + " of " + machine);
        }
        return matcher.group(1);
    }

    private List<Measurement> measure(int count) throws Exception {
        List<Double> starts = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            long began = System.nanoTime();
            Process daemon = up(3600);
            starts.add((System.nanoTime() - began) / 1e6);
            requireAllRun(count);
            kill(daemon);
        }
        double idle = Commands.median(cpuMilliseconds(count, 3600));
        List<Double> reconciling = cpuMilliseconds(count, 1);
        String suffix = " with " + count + " machines";
        return List.of(
                Measurement.bound("start until ready" + suffix + ", median", Commands.median(starts), 2000, "ms"),
                Measurement.bound("the longest of " + STARTS + " starts", Collections.max(starts), 2000, "ms"),
                Measurement.bound(
                        "one comparison" + suffix + ", CPU, median", Commands.median(reconciling) - idle, 200, "ms"),
                Measurement.bound(
                        "the dearest of " + ROUNDS + " times " + PASSES,
                        Collections.max(reconciling) - idle,
                        200,
                        "ms"),
                Measurement.bound(
                        "median with all else that the daemon does", Commands.median(reconciling), 200, "ms"));
    }

    /** The daemon's processor time, its own and the kernel's for it, in milliseconds a second; of each round. */
    private List<Double> cpuMilliseconds(int count, int reconcileSeconds) throws Exception {
        Process daemon = up(reconcileSeconds);
        // What its start left to do, and the compiler with it, is over by then.
        Thread.sleep(10_000);
        List<Double> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            Cpu before = Cpu.of(daemon.pid());
            // The window that is measured, not a wait for something.
            Thread.sleep(PASSES * 1000L);
            Cpu after = Cpu.of(daemon.pid());
            rounds.add((after.milliseconds() - before.milliseconds()) / PASSES);
            System.out.printf(
                    "in %d s with a comparison every %d s: %.0f ms of its own, %.0f ms of the kernel%n",
                    PASSES,
                    reconcileSeconds,
                    after.ownMilliseconds() - before.ownMilliseconds(),
                    after.kernelMilliseconds() - before.kernelMilliseconds());
        }
        requireAllRun(count);
        kill(daemon);
        return rounds;
    }

    /** Processor time of a process since it began, in milliseconds. */
    private record Cpu(double ownMilliseconds, double kernelMilliseconds) {
        static Cpu of(long pid) throws IOException {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return new Cpu(
                    Long.parseLong(fields[11]) * 1000 / TICKS_PER_SECOND,
                    Long.parseLong(fields[12]) * 1000 / TICKS_PER_SECOND);
        }

        double milliseconds() {
            return ownMilliseconds + kernelMilliseconds;
        }
    }

    private static void requireAllRun(int count) throws IOException {
        Matcher running = Pattern.compile("\"status\"\\s*:\\s*\"running\"").matcher(get("/api/v1/machines"));
        long found = running.results().count();
        if (found != count) {
            throw new IOException(found + " of " + count + " machines are said to run");
        }
    }
}
