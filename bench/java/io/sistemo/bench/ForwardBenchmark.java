package io.sistemo.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One forward added, from the request to its answer, which comes when the host's table holds it: alone, and where many are. The
 * machines' VMMs are stand-ins that only sleep; nothing goes through a forward here.
 */
final class ForwardBenchmark {
    private static final int EXISTING = 1000;
    private static final int FIRST_PORT = 20_000;
    private static final int ADDED_PORT = 19_999;
    private static final int SAMPLES = 40;
    /** Before those that count: a daemon that just came up runs code that is not compiled yet. */
    private static final int WARM_UP = 40;

    private static final String MANY = "many-forwards";
    /** As nft lists an element of the map: protocol and port, and where they lead. */
    private static final Pattern ELEMENT = Pattern.compile("tcp \\. [0-9]+ :");

    private ForwardBenchmark() {}

    static Measurement run(Installation installation) throws Exception {
        try (StandIns standIns = StandIns.prepare(installation)) {
            standIns.deploy(1);
            added(installation, WARM_UP);
            double alone = Commands.median(added(installation, SAMPLES));
            deployMany(installation);
            added(installation, WARM_UP);
            double among = Commands.median(added(installation, SAMPLES));
            standIns.requireAllRun();
            installation.answer("DELETE", "/api/v1/machines/" + MANY);
            return Measurement.ratio(
                    "one forward added where " + EXISTING + " are / where none is", among, alone, "ms", 2);
        }
    }

    private static void deployMany(Installation installation) throws Exception {
        String rules = IntStream.range(FIRST_PORT, FIRST_PORT + EXISTING)
                .mapToObj(port -> "{\"host_port\":" + port + ",\"machine_port\":80}")
                .collect(Collectors.joining(","));
        installation.begin(
                "POST",
                "/api/v1/machines",
                "{\"name\":\"%s\",\"image\":\"standin\",\"vcpus\":1,\"memory_mb\":128,\"storage_mb\":16,\"port_rules\":[%s]}"
                        .formatted(MANY, rules));
        Installation.await("the table holds them", () -> held() == EXISTING);
    }

    private static long held() throws Exception {
        return ELEMENT.matcher(Commands.run(List.of("nft", "list", "map", "inet", "sistemo", "forwards_everywhere")))
                .results()
                .count();
    }

    private static List<Double> added(Installation installation, int times) throws IOException {
        String expose = "/api/v1/machines/standin0/expose";
        List<Double> milliseconds = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            long began = System.nanoTime();
            installation.post(expose, "{\"host_port\":" + ADDED_PORT + ",\"machine_port\":80}");
            milliseconds.add((System.nanoTime() - began) / 1e6);
            installation.answer("DELETE", expose + "/" + ADDED_PORT);
        }
        return milliseconds;
    }
}
