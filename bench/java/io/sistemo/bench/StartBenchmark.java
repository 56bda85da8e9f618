package io.sistemo.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * From the API call that starts an existing machine until its VMM process runs, alone and among many. The machine is real when
 * it is deployed; for what is measured the VMM is a stand-in that only sleeps, so that emulated guests do not compete with us.
 */
final class StartBenchmark {
    private static final int MACHINES = Integer.getInteger("machines", 100);
    private static final int SAMPLES = 30;
    /** Starts before those that count: a daemon that just came up runs code that is not compiled yet. */
    private static final int WARM_UP = 10;

    private static final String NAME = "bench";

    private StartBenchmark() {}

    static List<Measurement> run(Installation installation) throws Exception {
        installation.sistemo("machine", "deploy", "debian", "--name", NAME, "--vcpus", "1", "--memory", "256");
        installation.sistemo("machine", "stop", NAME);
        try (StandIns standIns = StandIns.prepare(installation)) {
            Path group = standIns.group(installation.field(NAME, "id"));
            startsAndStops(installation, NAME, group, WARM_UP);
            double alone = Commands.median(startsAndStops(installation, NAME, group, SAMPLES));
            standIns.deploy(MACHINES - 1);
            double among = Commands.median(startsAndStops(installation, NAME, group, SAMPLES));
            standIns.requireAllRun();
            installation.sistemo("machine", "delete", NAME, "-y");
            return List.of(
                    Measurement.bound("start, API call to VMM process, p50", alone, 60, "ms"),
                    Measurement.bound("the same among " + MACHINES + " machines, p50", among, 60, "ms"),
                    Measurement.ratio("start among " + MACHINES + " machines / alone", among, alone, "ms", 1.15));
        }
    }

    /** Milliseconds from each call that starts a stopped machine until its VMM runs; it is stopped again each time. */
    static List<Double> startsAndStops(Installation installation, String name, Path group, int times) throws Exception {
        List<Double> milliseconds = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            long began = System.nanoTime();
            // Not waited for: the operation ends when the guest answers, which a stand-in never does.
            installation.begin("POST", "/api/v1/machines/" + name + "/start", "");
            Installation.await("the VMM runs", () -> StandIns.runsIn(group));
            milliseconds.add((System.nanoTime() - began) / 1e6);
            installation.answer("POST", "/api/v1/machines/" + name + "/stop");
        }
        return milliseconds;
    }
}
