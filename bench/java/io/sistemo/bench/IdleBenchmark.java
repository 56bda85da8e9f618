package io.sistemo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of a daemon that has ten machines and nothing to do. */
final class IdleBenchmark {
    private static final int MACHINES = 10;
    /** The daemon gives memory back when it has rested for two looks, 15 s apart; its native heap is trimmed every minute. */
    private static final int REST_MILLISECONDS = 75_000;

    private IdleBenchmark() {}

    static Measurement run(Installation installation) throws Exception {
        for (int i = 0; i < MACHINES; i++) {
            installation.sistemo("machine", "deploy", "debian", "--name", name(i), "--vcpus", "1", "--memory", "256");
        }
        // The figure is that of a daemon at rest; how much less that is than right after the work is worth knowing too.
        double afterWork = residentMebibytes(installation.daemonPid());
        Thread.sleep(REST_MILLISECONDS);
        double mebibytes = residentMebibytes(installation.daemonPid());
        System.out.printf("right after the last deploy: %.1f MiB%n", afterWork);
        for (int i = 0; i < MACHINES; i++) {
            installation.sistemo("machine", "delete", name(i), "-y");
        }
        return Measurement.bound("idle daemon with 10 machines, RSS", mebibytes, 100, "MiB");
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
