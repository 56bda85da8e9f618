package io.sistemo.bench;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From the API call that starts a machine until its VMM runs the guest, by each driver. Firecracker and its jailer are the
 * stand-ins of the tests, of which the first is a Java program: what these two take by hand, from their start until the last of the
 * same requests is answered, is measured beside it, and none of that is the driver's. In both the guest is a program that only sleeps.
 * And from the death of a real guest's VMM until the API says that the machine runs no more.
 */
final class VmmBenchmark {
    private static final int SAMPLES = 15;
    private static final int ROUNDS = 2;
    /** Starts before those that count, after each change of the driver. */
    private static final int WARM_UP = 8;

    private static final int DEATHS = 5;
    /** How soon a dead VMM is to be noticed, in milliseconds. */
    private static final double NOTICED_WITHIN = 100;

    private static final String NAME = "vmmbench";
    private static final String USER = "61234";
    private static final String SOCKET = "run/api.socket";
    /** What the driver sends for a machine with one disk, in its order. */
    private static final List<String> REQUESTS = List.of(
            "/logger {\"level\":\"Warning\",\"show_level\":true}",
            "/metrics {\"metrics_path\":\"/metrics\"}",
            "/serial {\"serial_out_path\":\"/console\"}",
            "/machine-config {\"vcpu_count\":1,\"mem_size_mib\":256}",
            "/boot-source {\"kernel_image_path\":\"/kernel\",\"initrd_path\":\"/initrd\",\"boot_args\":\"quiet\"}",
            "/drives/root {\"drive_id\":\"root\",\"path_on_host\":\"/root.raw\",\"is_root_device\":true,"
                    + "\"is_read_only\":false,\"cache_type\":\"Writeback\"}",
            "/network-interfaces/network {\"iface_id\":\"network\",\"host_dev_name\":\"tap0\","
                    + "\"guest_mac\":\"52:54:0a:c8:00:02\"}",
            "/entropy {}",
            "/actions {\"action_type\":\"InstanceStart\"}");

    /** What our side of a start by Firecracker may cost beyond one by QEMU: a dozen requests and the files of the jail. */
    private static final double MOST_BEYOND_QEMU = 1.5;

    private VmmBenchmark() {}

    static List<Measurement> run(Installation installation) throws Exception {
        Path programs = Path.of(System.getProperty("standins"));
        List<Double> byQemu = new ArrayList<>();
        List<Double> byFirecracker = new ArrayList<>();
        List<Double> byHand = new ArrayList<>();
        installation.sistemo("machine", "deploy", "debian", "--name", NAME, "--vcpus", "1", "--memory", "256");
        double noticed = Commands.median(millisecondsToNotice(installation));
        installation.sistemo("machine", "stop", NAME);
        try (StandIns standIns = StandIns.prepare(installation)) {
            Path group = standIns.group(installation.field(NAME, "id"));
            for (int round = 0; round < ROUNDS; round++) {
                installation.restart("");
                StartBenchmark.startsAndStops(installation, NAME, group, WARM_UP);
                byQemu.addAll(StartBenchmark.startsAndStops(installation, NAME, group, SAMPLES));
                installation.restart("hypervisor: firecracker\nfirecracker_path: %s\njailer_path: %s\n"
                        .formatted(programs.resolve("firecracker"), programs.resolve("jailer")));
                StartBenchmark.startsAndStops(installation, NAME, group, WARM_UP);
                byFirecracker.addAll(StartBenchmark.startsAndStops(installation, NAME, group, SAMPLES));
                for (int i = 0; i < SAMPLES; i++) {
                    byHand.add(millisecondsByHand(programs, installation.work()));
                }
            }
            installation.restart("");
        }
        installation.sistemo("machine", "delete", NAME, "-y");
        double qemu = Commands.median(byQemu);
        double firecracker = Commands.median(byFirecracker);
        double standIns = Commands.median(byHand);
        System.out.printf(
                "call to running VMM, p50: by QEMU %.1f ms; by Firecracker's stand-ins %.1f ms, of which they take %.1f ms%n",
                qemu, firecracker, standIns);
        return List.of(
                Measurement.ratio(
                        "call to running VMM: Firecracker less its stand-ins / QEMU",
                        firecracker - standIns,
                        qemu,
                        "ms",
                        MOST_BEYOND_QEMU),
                Measurement.bound("from the death of a VMM to its notice, p50", noticed, NOTICED_WITHIN, "ms"));
    }

    /** The machine runs, before and after. */
    private static List<Double> millisecondsToNotice(Installation installation) throws Exception {
        List<Double> milliseconds = new ArrayList<>();
        for (int i = 0; i < DEATHS; i++) {
            String pid = installation.field(NAME, "pid");
            long began = System.nanoTime();
            Commands.run("kill", "-KILL", pid);
            Installation.await(
                    "the VMM's death is noticed",
                    () -> !installation.field(NAME, "status").equals("running"));
            milliseconds.add((System.nanoTime() - began) / 1e6);
            installation.sistemo("machine", "start", NAME);
        }
        return milliseconds;
    }

    /** As the driver has the jailer start Firecracker. */
    private static double millisecondsByHand(Path programs, Path work) throws Exception {
        Path base = Files.createDirectory(work.resolve("jail-by-hand"));
        Path root = base.resolve("firecracker").resolve("by-hand").resolve("root");
        long began = System.nanoTime();
        Process process = Commands.start(
                work.resolve("jail-by-hand.log"),
                programs.resolve("jailer").toString(),
                "--id",
                "by-hand",
                "--exec-file",
                programs.resolve("firecracker").toString(),
                "--uid",
                USER,
                "--gid",
                USER,
                "--chroot-base-dir",
                base.toString(),
                "--",
                "--api-sock",
                "/" + SOCKET);
        try {
            AtomicReference<SocketChannel> connection = new AtomicReference<>();
            Installation.await("the stand-in's socket answers", () -> {
                connection.set(connect(process, root.resolve(SOCKET)));
                return connection.get() != null;
            });
            try (SocketChannel channel = connection.get()) {
                for (String request : REQUESTS) {
                    put(
                            channel,
                            request.substring(0, request.indexOf(' ')),
                            request.substring(request.indexOf(' ') + 1));
                }
            }
            return (System.nanoTime() - began) / 1e6;
        } finally {
            process.destroyForcibly().waitFor();
            delete(base);
        }
    }

    private static @Nullable SocketChannel connect(Process process, Path socket) throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the stand-ins ended by themselves with exit code " + process.exitValue());
        }
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            // Not there yet, or nobody listens on it yet.
            return null;
        }
    }

    private static void put(SocketChannel channel, String path, String body) throws IOException {
        channel.write(StandardCharsets.UTF_8.encode("PUT " + path + " HTTP/1.1\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body));
        ByteBuffer answer = ByteBuffer.allocate(4096);
        channel.read(answer);
        String text = StandardCharsets.UTF_8.decode(answer.flip()).toString();
        if (!text.startsWith("HTTP/1.1 204")) {
            throw new IOException("PUT " + path + " was answered " + text);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
