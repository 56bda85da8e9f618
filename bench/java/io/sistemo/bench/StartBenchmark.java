package io.sistemo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * From the API call until the VMM process runs, with few and with many machines. The machines are real when they are deployed;
 * for the starts that are measured the VMM is a stand-in that only sleeps, so that the emulated guests do not compete with us.
 */
final class StartBenchmark {
    private static final int IDLE_MACHINES = 10;
    private static final int MACHINES = Integer.getInteger("machines", 20);
    private static final int SAMPLES = Math.min(10, MACHINES / 2);
    private static final String QEMU = "/usr/bin/qemu-system-x86_64";

    private StartBenchmark() {}

    /** Memory of a daemon that has ten machines and nothing to do. */
    static Measurement idle(Installation installation) throws Exception {
        deploy(installation, IDLE_MACHINES);
        // What the deploys left behind them may go first; the figure is that of a daemon at rest.
        Thread.sleep(5000);
        double mebibytes = residentMebibytes(installation.daemonPid());
        delete(installation, IDLE_MACHINES);
        return Measurement.bound("idle daemon with 10 machines, RSS", mebibytes, 100, "MiB");
    }

    static List<Measurement> run(Installation installation) throws Exception {
        for (int i = 0; i < MACHINES; i++) {
            deploy(installation, name(i));
            // At once: emulated guests that run beside it make each further deploy slower.
            installation.sistemo("machine", "stop", name(i));
        }
        Path standIn = Files.writeString(installation.work().resolve("stand-in"), "#!/bin/sh\nexec sleep 100000\n");
        Commands.run("chmod", "0755", standIn.toString());
        Commands.run("mount", "--bind", standIn.toString(), QEMU);
        List<Double> times = new ArrayList<>();
        try {
            for (int i = 0; i < MACHINES; i++) {
                times.add(startMilliseconds(installation, name(i)));
            }
        } finally {
            Commands.run("umount", QEMU);
        }
        delete(installation, MACHINES);
        double first = Commands.median(times.subList(0, SAMPLES));
        double last = Commands.median(times.subList(MACHINES - SAMPLES, MACHINES));
        return List.of(
                Measurement.bound("start, API call to VMM process, p50", Commands.median(times), 60, "ms"),
                Measurement.ratio("start with " + MACHINES + " machines / with few", last, first, "ms", 1.15));
    }

    private static double startMilliseconds(Installation installation, String name) throws Exception {
        String id = installation.field(name, "id");
        long began = System.nanoTime();
        // The answer comes when the guest answers, which a stand-in never does.
        Thread.ofVirtual().start(() -> request(installation, id));
        Installation.await("a VMM of " + name + " runs", () -> runsVmm(id));
        return (System.nanoTime() - began) / 1e6;
    }

    private static void request(Installation installation, String id) {
        try {
            installation.answer("POST", "/api/v1/machines/" + id + "/start");
        } catch (IOException e) {
            // It is deleted while it waits for its guest; the measurement was over long before.
            System.out.println("start of " + id + " ended: " + e.getMessage());
        }
    }

    /** Whether the program of the machine's control group is the VMM, and no longer its launcher. */
    private static boolean runsVmm(String id) throws IOException {
        for (String root : List.of("/sys/fs/cgroup/unified/sistemo", "/sys/fs/cgroup/sistemo")) {
            Path installations = Path.of(root);
            if (Files.isDirectory(installations)) {
                try (var groups = Files.list(installations)) {
                    for (Path group : groups.toList()) {
                        if (anyVmm(group.resolve(id).resolve("cgroup.procs"))) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    private static boolean anyVmm(Path processes) throws IOException {
        if (!Files.exists(processes)) {
            return false;
        }
        for (String pid : Files.readAllLines(processes)) {
            Path name = Path.of("/proc", pid, "comm");
            if (Files.exists(name) && Files.readString(name).startsWith("sleep")) {
                return true;
            }
        }
        return false;
    }

    private static void deploy(Installation installation, int machines) throws Exception {
        for (int i = 0; i < machines; i++) {
            deploy(installation, name(i));
        }
    }

    private static void deploy(Installation installation, String name) throws Exception {
        installation.sistemo("machine", "deploy", "debian", "--name", name, "--vcpus", "1", "--memory", "256");
    }

    private static void delete(Installation installation, int machines) throws Exception {
        for (int i = 0; i < machines; i++) {
            installation.sistemo("machine", "delete", name(i), "-y");
        }
    }

    private static String name(int number) {
        return "bench" + number;
    }

    private static double residentMebibytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
