package io.sistemo.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * From deploy until the first exec has answered, against a bare QEMU with the same kernel, initramfs, disk and kernel command
 * line until ssh has answered. The copy of the disk is made before on the reference's side, and its time is taken off ours.
 */
final class DeployBenchmark {
    private static final int TIMES = 9;
    /** As long as the daemon pauses; asking more often slows the guest's boot, which has one processor for everything. */
    private static final long PAUSE_MILLISECONDS = 20;

    private static final String NAME = "bench";

    private DeployBenchmark() {}

    static Measurement run(Installation installation) throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            double copy = copyMilliseconds(installation);
            long began = System.nanoTime();
            installation.sistemo("machine", "deploy", "debian", "--name", NAME, "--vcpus", "1");
            installation.sistemo("machine", "exec", NAME, "true");
            ours.add((System.nanoTime() - began) / 1e6 - copy);
            bare.add(bareMilliseconds(installation));
            installation.sistemo("machine", "delete", NAME, "-y");
        }
        return Measurement.ratio(
                "deploy to first exec / bare QEMU to first ssh",
                Commands.median(ours),
                Commands.median(bare),
                "ms",
                1.15);
    }

    private static Path image(Installation installation) throws IOException {
        return only(installation.data().resolve("images"), ".ext4");
    }

    /** What a clone that survives a power failure costs: ours is on the disk before anything uses it. */
    private static double copyMilliseconds(Installation installation) throws Exception {
        Path copy = installation.work().resolve("copy.raw");
        double milliseconds = Commands.milliseconds(List.of(
                "cp", "--sparse=always", "--reflink=auto", image(installation).toString(), copy.toString()));
        milliseconds += Commands.milliseconds(List.of("sync", copy.toString()));
        Files.delete(copy);
        return milliseconds;
    }

    /** Boots what the machine boots, after the machine was stopped so that its address is free. */
    private static double bareMilliseconds(Installation installation) throws Exception {
        String address = installation.field(NAME, "ip_address");
        String id = installation.field(NAME, "id");
        List<String> machineCommand = commandLine(Long.parseLong(installation.field(NAME, "pid")));
        installation.sistemo("machine", "stop", NAME);
        Path disk = installation.work().resolve("bare.raw");
        Commands.run(
                "cp",
                "--sparse=always",
                only(installation.data().resolve("volumes"), ".raw").toString(),
                disk.toString());
        Commands.run("ip", "tuntap", "add", "dev", "bare0", "mode", "tap", "vnet_hdr");
        Commands.run("ip", "link", "set", "bare0", "master", "sistemo0", "up");
        long began = System.nanoTime();
        Process vmm = Commands.start(
                installation.work().resolve("bare.log"), bareCommand(installation, machineCommand, id, disk));
        try {
            Installation.await("the bare guest listens", PAUSE_MILLISECONDS, () -> listens(address));
            Commands.run(GuestSsh.command(installation, address, "true", "ControlMaster=no"));
            return (System.nanoTime() - began) / 1e6;
        } finally {
            vmm.destroyForcibly().waitFor();
            Commands.run("ip", "link", "delete", "bare0");
            Files.delete(disk);
        }
    }

    private static String[] bareCommand(Installation installation, List<String> machineCommand, String id, Path disk) {
        Path data = installation.data();
        return new String[] {
            "qemu-system-x86_64",
            "-M",
            "microvm,rtc=on",
            "-accel",
            after(machineCommand, "-accel"),
            "-cpu",
            "max",
            "-smp",
            "1",
            "-m",
            "512",
            "-nodefaults",
            "-no-user-config",
            "-nographic",
            "-no-reboot",
            "-kernel",
            data.resolve("kernel/vmlinux").toString(),
            "-initrd",
            data.resolve("vms").resolve(id).resolve("initrd").toString(),
            "-append",
            after(machineCommand, "-append"),
            "-serial",
            "null",
            "-drive",
            "id=r,file=" + disk + ",format=raw,if=none",
            "-device",
            "virtio-blk-device,drive=r",
            "-netdev",
            "tap,id=n,ifname=bare0,script=no,downscript=no",
            "-device",
            "virtio-net-device,netdev=n,mac=" + ethernet(machineCommand),
            "-object",
            "rng-random,id=g,filename=/dev/urandom",
            "-device",
            "virtio-rng-device,rng=g"
        };
    }

    private static List<String> commandLine(long pid) throws IOException {
        String text = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
        return List.of(text.split("\0", -1));
    }

    private static String after(List<String> command, String flag) {
        return command.get(command.indexOf(flag) + 1);
    }

    private static String ethernet(List<String> command) {
        return command.stream()
                .filter(argument -> argument.contains("mac="))
                .map(argument -> argument.replaceFirst(".*mac=([0-9a-f:]{17}).*", "$1"))
                .findFirst()
                .orElseThrow();
    }

    private static boolean listens(String address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, GuestSsh.PORT), 100);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path only(Path directory, String ending) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
