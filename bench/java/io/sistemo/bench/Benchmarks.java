package io.sistemo.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Runs the benchmarks inside a private host and prints their table. */
final class Benchmarks {
    private static final List<String> NAMES = List.of(
            "list", "exec", "volume", "reflink", "network", "forward", "deploy", "idle", "start", "vmm", "volumes");

    private Benchmarks() {}

    /** Arguments: the repository, a working directory whose {@code data} is prepared, and the names of those to run. */
    public static void main(String[] arguments) throws Exception {
        List<String> all = List.of(arguments);
        Path repository = Path.of(all.get(0));
        Set<String> chosen = Set.copyOf(all.size() > 2 ? all.subList(2, all.size()) : NAMES);
        if (!NAMES.containsAll(chosen)) {
            System.err.println("benchmarks are: " + NAMES);
            System.exit(2);
        }
        Installation installation = Installation.up(repository, Path.of(all.get(1)));
        List<Measurement> measurements = new ArrayList<>();
        try {
            for (String name : NAMES) {
                if (chosen.contains(name)) {
                    System.out.println("measuring " + name + "...");
                    measurements.addAll(run(name, installation, repository));
                }
            }
        } finally {
            installation.down();
        }
        System.out.println(Measurement.heading());
        measurements.forEach(measurement -> System.out.println(measurement.line()));
    }

    private static List<Measurement> run(String name, Installation installation, Path repository) throws Exception {
        return switch (name) {
            case "list" -> List.of(ListBenchmark.run(installation, repository));
            case "exec" -> ExecBenchmark.run(installation);
            case "volume" -> VolumeBenchmark.run(installation);
            case "network" -> NetworkBenchmark.run(installation);
            case "reflink" -> ReflinkBenchmark.run(installation);
            case "volumes" -> List.of(VolumeListBenchmark.run(installation));
            case "deploy" -> List.of(DeployBenchmark.run(installation));
            case "idle" -> List.of(IdleBenchmark.run(installation));
            case "forward" -> List.of(ForwardBenchmark.run(installation));
            case "start" -> StartBenchmark.run(installation);
            case "vmm" -> VmmBenchmark.run(installation);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
