package io.sistemo.vmm.firecracker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A guest that was configured as Firecracker's are, in QEMU, without KVM. */
final class StandInGuest {
    private static final Path MONITOR = Path.of("/monitor.socket");
    /** The guest finds what is on the last bus first, and has to find its disks in the order in which they were configured. */
    private static final int LAST_BUS = 23;

    private static final int LAST_BUS_WITHOUT_ACPI = 7;
    private static final Pattern MEGAHERTZ = Pattern.compile("(?m)^cpu MHz\\s*: ([0-9]+)\\.([0-9]{3})");

    private static final List<String> COUNTERS = List.of("read_bytes", "write_bytes", "read_count", "write_count");
    private static final List<String> COUNTERS_OF_QEMU =
            List.of("rd_bytes", "wr_bytes", "rd_operations", "wr_operations");

    private final Process qemu;
    private final Path metrics;
    /** What was counted when counters were last written: each line tells what has come since. */
    private List<Long> written = List.of(0L, 0L, 0L, 0L);

    private StandInGuest(Process qemu, Path metrics) {
        this.qemu = qemu;
        this.metrics = metrics;
    }

    /** Starts it; the thread must live as long as this program. */
    static StandInGuest start(Map<String, String> configuration, boolean acpi) throws IOException {
        List<String> command = command(configuration, acpi, kilohertz());
        Path metrics = Path.of(text(map(configuration, "/metrics"), "metrics_path"));
        return new StandInGuest(new ProcessBuilder(command).inheritIO().start(), metrics);
    }

    /** An emulated guest cannot measure its clock's frequency. */
    private static String kilohertz() throws IOException {
        Matcher matcher = MEGAHERTZ.matcher(Files.readString(Path.of("/proc/cpuinfo")));
        return matcher.find() ? " tsc_early_khz=" + matcher.group(1) + matcher.group(2) : "";
    }

    /** QEMU's command line; it ends when its parent does. Pure. */
    static List<String> command(Map<String, String> configuration, boolean acpi, String clock) {
        Map<?, ?> machine = map(configuration, "/machine-config");
        Map<?, ?> boot = map(configuration, "/boot-source");
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/setpriv",
                "--pdeathsig",
                "KILL",
                "--",
                "/usr/bin/qemu-system-x86_64",
                "-M",
                // Without ACPI, QEMU tells the kernel by its command line where the devices are, as Firecracker does
                // too.
                "microvm,rtc=on" + (acpi ? "" : ",acpi=off"),
                "-accel",
                "tcg,thread=multi,tb-size=64",
                "-cpu",
                "max",
                "-smp",
                text(machine, "vcpu_count"),
                "-m",
                text(machine, "mem_size_mib"),
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none",
                "-no-reboot",
                "-kernel",
                text(boot, "kernel_image_path"),
                "-initrd",
                text(boot, "initrd_path"),
                "-append",
                text(boot, "boot_args") + clock,
                "-chardev",
                "file,id=console,append=on,path=" + text(map(configuration, "/serial"), "serial_out_path"),
                "-serial",
                "chardev:console",
                "-chardev",
                "socket,id=monitor,server=on,wait=off,path=" + MONITOR,
                "-mon",
                "chardev=monitor,mode=control"));
        int bus = acpi ? LAST_BUS : LAST_BUS_WITHOUT_ACPI;
        for (String path : configuration.keySet()) {
            List<String> device = device(path, map(configuration, path), bus);
            bus -= device.isEmpty() ? 0 : 1;
            command.addAll(device);
        }
        return List.copyOf(command);
    }

    private static List<String> device(String path, Map<?, ?> body, int bus) {
        String place = ",bus=virtio-mmio-bus." + bus;
        if (path.startsWith("/drives/")) {
            String id = text(body, "drive_id");
            List<String> arguments = new ArrayList<>(limits(id, body));
            boolean limited = !arguments.isEmpty();
            arguments.addAll(List.of(
                    "-blockdev",
                    "driver=raw,node-name=" + id + (limited ? "-file" : "")
                            + ",file.driver=file,file.locking=off,file.filename=" + text(body, "path_on_host")));
            if (limited) {
                arguments.addAll(List.of(
                        "-blockdev",
                        "driver=throttle,node-name=" + id + ",throttle-group=" + id + "-limits,file=" + id + "-file"));
            }
            // Firecracker tells its guest of every error, one of no room too; QEMU's way would be to hold it.
            arguments.addAll(List.of("-device", "virtio-blk-device,werror=report,drive=" + id + place));
            return arguments;
        }
        if (path.startsWith("/network-interfaces/")) {
            return List.of(
                    "-netdev",
                    "tap,id=network,script=no,downscript=no,ifname=" + text(body, "host_dev_name"),
                    "-device",
                    "virtio-net-device,netdev=network,mac=" + text(body, "guest_mac") + place);
        }
        return path.equals("/entropy")
                ? List.of("-object", "rng-builtin,id=entropy", "-device", "virtio-rng-device,rng=entropy" + place)
                : List.of();
    }

    /** A drive's rate limiter, as a group of QEMU's; nothing when it has none. */
    private static List<String> limits(String id, Map<?, ?> body) {
        if (!(body.get("rate_limiter") instanceof Map<?, ?> limiter)) {
            return List.of();
        }
        List<String> most = new ArrayList<>();
        Map.of("bandwidth", "bps-total", "ops", "iops-total").forEach((bucket, limit) -> {
            if (limiter.get(bucket) instanceof Map<?, ?> tokens) {
                long inSecond = number(tokens, "size") * 1000 / number(tokens, "refill_time");
                most.add("\"" + limit + "\":" + inSecond);
            }
        });
        return List.of(
                "-object",
                "{\"qom-type\":\"throttle-group\",\"id\":\"" + id + "-limits\",\"limits\":{" + String.join(",", most)
                        + "}}");
    }

    private static Object required(Map<?, ?> body, String field) {
        Object value = body.get(field);
        if (value == null) {
            throw new IllegalStateException("no " + field + " in " + body);
        }
        return value;
    }

    private static long number(Map<?, ?> body, String field) {
        return Long.parseLong(text(body, field));
    }

    private static Map<?, ?> map(Map<String, String> configuration, String path) {
        return (Map<?, ?>) ApiContract.load(configuration.getOrDefault(path, "{}"));
    }

    private static String text(Map<?, ?> body, String field) {
        return String.valueOf(body.get(field));
    }

    /** Tells its end: Firecracker's own code is 0 then, whatever the guest did. */
    void onEnd(IntConsumer end) {
        var _ = qemu.onExit().thenAccept(ended -> end.accept(ended.exitValue()));
    }

    /** By QEMU's monitor. */
    void act(String action) {
        switch (action) {
            case "Paused" -> tell("stop");
            case "Resumed" -> tell("cont");
            case "SendCtrlAltDel" -> tell("system_powerdown");
            case "FlushMetrics" -> writeCounters(tell("query-blockstats"));
            default -> throw new IllegalStateException("the stand-in has no " + action);
        }
    }

    /** Those of all disks together, which is what anybody asks for. */
    private void writeCounters(String answer) {
        List<?> devices = (List<?>) required((Map<?, ?>) ApiContract.load(answer), "return");
        List<Long> counted = COUNTERS_OF_QEMU.stream()
                .map(counter -> devices.stream()
                        .mapToLong(device -> number((Map<?, ?>) required((Map<?, ?>) device, "stats"), counter))
                        .sum())
                .toList();
        String block = IntStream.range(0, COUNTERS.size())
                .mapToObj(i -> "\"" + COUNTERS.get(i) + "\":" + (counted.get(i) - written.get(i)))
                .collect(Collectors.joining(","));
        written = counted;
        String line = "{\"utc_timestamp_ms\":" + System.currentTimeMillis() + ",\"block\":{" + block + "}}\n";
        try {
            Files.writeString(metrics, line, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has a command done, and returns the line that answers it. */
    private static String tell(String command) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(MONITOR));
            channel.write(StandardCharsets.UTF_8.encode(
                    "{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"" + command + "\",\"id\":\"done\"}\n"));
            StringBuilder heard = new StringBuilder();
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (!(heard.toString().contains("\"done\"") && heard.toString().endsWith("\n"))) {
                if (channel.read(buffer.clear()) < 0) {
                    throw new IllegalStateException("the stand-in's monitor is gone");
                }
                heard.append(StandardCharsets.UTF_8.decode(buffer.flip()));
            }
            return heard.toString()
                    .lines()
                    .filter(line -> line.contains("\"done\""))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
