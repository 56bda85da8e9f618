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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A guest that was configured as Firecracker's are, in QEMU, without KVM. */
final class StandInGuest {
    private static final Path MONITOR = Path.of("/monitor.socket");
    private static final Pattern MEGAHERTZ = Pattern.compile("(?m)^cpu MHz\\s*: ([0-9]+)\\.([0-9]{3})");

    private final Process qemu;

    private StandInGuest(Process qemu) {
        this.qemu = qemu;
    }

    /** Starts it; the thread must live as long as this program. */
    static StandInGuest start(Map<String, String> configuration, boolean acpi) throws IOException {
        List<String> command = command(configuration, acpi, kilohertz());
        return new StandInGuest(new ProcessBuilder(command).inheritIO().start());
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
        // QEMU 7.2's guests never find a device on bus 0.
        int bus = 1;
        for (String path : configuration.keySet()) {
            List<String> device = device(path, map(configuration, path), bus);
            bus += device.isEmpty() ? 0 : 1;
            command.addAll(device);
        }
        return List.copyOf(command);
    }

    private static List<String> device(String path, Map<?, ?> body, int bus) {
        String place = ",bus=virtio-mmio-bus." + bus;
        if (path.startsWith("/drives/")) {
            String id = text(body, "drive_id");
            return List.of(
                    "-blockdev",
                    "driver=raw,node-name=" + id + ",file.driver=file,file.locking=off,file.filename="
                            + text(body, "path_on_host"),
                    "-device",
                    "virtio-blk-device,drive=" + id + place);
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

    /** By QEMU's monitor. There are no counters that could be written. */
    void act(String action) {
        switch (action) {
            case "Paused" -> tell("stop");
            case "Resumed" -> tell("cont");
            case "SendCtrlAltDel" -> tell("system_powerdown");
            default -> {
                // FlushMetrics.
            }
        }
    }

    private static void tell(String command) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(MONITOR));
            channel.write(StandardCharsets.UTF_8.encode(
                    "{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"" + command + "\",\"id\":\"done\"}\n"));
            StringBuilder heard = new StringBuilder();
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (!heard.toString().contains("\"done\"")) {
                if (channel.read(buffer.clear()) < 0) {
                    throw new IllegalStateException("the stand-in's monitor is gone");
                }
                heard.append(StandardCharsets.UTF_8.decode(buffer.flip()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
