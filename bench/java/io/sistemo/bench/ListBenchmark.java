package io.sistemo.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code machine list} as a whole process, against a JVM that says hello, tuned for that and with a cache of its own. */
final class ListBenchmark {
    private static final int TIMES = 25;

    /** The daemon serves for months; what is measured is the command. */
    private static final int WARM_UP_TIMES = 200;

    private ListBenchmark() {}

    static Measurement run(Installation installation, Path repository) throws Exception {
        String cache = installation.work().resolve("hello.aot").toString();
        Commands.run(hello(repository, "-XX:AOTCacheOutput=" + cache));
        List<String> hello = hello(repository, "-XX:AOTCache=" + cache);
        List<String> list = installation.command("machine", "list");
        for (int i = 0; i < WARM_UP_TIMES; i++) {
            installation.get("/api/v1/machines");
        }
        Commands.mediansInTurn(3, list, hello);
        double[] medians = Commands.mediansInTurn(TIMES, list, hello);
        return Measurement.ratio("machine list / JVM hello world", medians[0], medians[1], "ms", 2);
    }

    private static List<String> hello(Path repository, String cacheFlag) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xlog:aot=off",
                cacheFlag,
                "-cp",
                repository.resolve("target/bench-classes/hello.jar").toString(),
                Hello.class.getName()));
    }
}
