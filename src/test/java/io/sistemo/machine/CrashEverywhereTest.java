package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.operation.AuditQuery;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationState;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The daemon dies, or the host fails, at every point of everything that goes on; then all of it is done, or nothing is left, or
 * it is exactly as before. Points are found by running, so a new step is covered at once.
 */
class CrashEverywhereTest {
    /** Of what is drawn; another one may be given to look further. */
    private static final long SEED = Long.getLong("sistemo.seed", 20_260_101);

    /** About as many points as a daemon passes when it takes up what an earlier one left. */
    private static final int RECOVERY_POINTS = 60;

    private static final int MOST_DOUBLE_DEATHS = Integer.getInteger("sistemo.double-deaths", 40);

    /** By scenario: how many worlds of each sort were tried. */
    private static final Map<CrashScenario, Map<String, Integer>> COUNTS = new ConcurrentHashMap<>();

    @AfterAll
    static void printCounts() {
        List<String> sorts = COUNTS.values().stream()
                .flatMap(counts -> counts.keySet().stream())
                .distinct()
                .sorted()
                .toList();
        System.out.println("crash points: scenario, " + String.join(", ", sorts));
        new TreeMap<>(COUNTS)
                .forEach((scenario, counts) -> System.out.println("  " + scenario + ": "
                        + sorts.stream()
                                .map(sort -> String.valueOf(counts.getOrDefault(sort, 0)))
                                .toList()));
        System.out.println("  together "
                + COUNTS.values().stream()
                        .flatMap(counts -> counts.values().stream())
                        .mapToInt(Integer::intValue)
                        .sum());
    }

    private static void count(CrashScenario scenario, String sort, int trials) {
        COUNTS.computeIfAbsent(scenario, _ -> new ConcurrentHashMap<>()).put(sort, trials);
    }

    @Test
    void everyKindOfOperationHasScenarios() {
        assertThat(Stream.of(CrashScenario.values()).flatMap(scenario -> scenario.kind().stream()))
                .as("add a CrashScenario for each new OperationKind, and run RecoveryDocumentTest to document it")
                .contains(OperationKind.values());
    }

    private static List<String> pointsOf(CrashScenario scenario) {
        try (CrashRun run = new CrashRun(scenario)) {
            run.begin(CrashPoints.Fault.NONE);
            List<String> points = run.world().daemon().points().passed();
            run.check();
            assertThat(run.world().seen()).isEqualTo(scenario.after());
            assertThat(run.operation().map(Operation::state))
                    .isEqualTo(scenario.kind().map(_ -> OperationState.SUCCEEDED));
            return points;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeathAnywhere(CrashScenario scenario) throws InterruptedException {
        List<String> points = pointsOf(scenario);
        count(scenario, "deaths", points.size());
        Trials.run(
                points.size(),
                number -> {
                    try (CrashRun run = new CrashRun(scenario)) {
                        run.begin(CrashPoints.Fault.deathAt(number));
                        run.world().restart().settle();
                        run.check();
                    }
                },
                points::get);
    }

    @ParameterizedTest
    @EnumSource
    void aDeathAnywhereAndAnotherOneWhileThatIsMended(CrashScenario scenario) throws InterruptedException {
        List<String> points = pointsOf(scenario);
        List<Integer> drawn = new Random(SEED)
                .ints(Math.min(MOST_DOUBLE_DEATHS, points.size()), 0, points.size())
                .boxed()
                .toList();
        count(scenario, "double deaths", drawn.size());
        Trials.run(
                drawn,
                number -> {
                    int second = new Random(SEED + number).nextInt(RECOVERY_POINTS);
                    try (CrashRun run = new CrashRun(scenario)) {
                        run.begin(CrashPoints.Fault.deathAt(number));
                        run.world().restart(CrashPoints.Fault.deathAt(second)).settle();
                        run.world().restart().settle();
                        run.check();
                    }
                },
                number -> points.get(number) + ", seed " + SEED);
    }

    /** Only files and the database survive it, so it is enough to try it after each step that changes something. */
    @ParameterizedTest
    @EnumSource
    void aDeathAnywhereOfTheWholeHost(CrashScenario scenario) throws InterruptedException {
        List<String> points = pointsOf(scenario);
        List<Integer> changed = IntStream.range(0, points.size())
                .filter(number -> number == 0
                        || CrashPoints.Point.parse(points.get(number)).hasChanged())
                .boxed()
                .toList();
        count(scenario, "reboots", changed.size());
        Trials.run(
                changed,
                number -> {
                    try (CrashRun run = new CrashRun(scenario)) {
                        run.begin(CrashPoints.Fault.deathAt(number));
                        run.world().reboot().settle();
                        run.checkAfterReboot();
                    }
                },
                points::get);
    }

    @ParameterizedTest
    @EnumSource
    void aFailureAnywhere(CrashScenario scenario) throws InterruptedException {
        List<String> points = pointsOf(scenario);
        Map<CrashFault, Integer> counts = new EnumMap<>(CrashFault.class);
        for (CrashFault fault : CrashFault.values()) {
            List<Integer> numbers = IntStream.range(0, points.size())
                    .filter(number -> fault.happensAt(points.get(number)))
                    .boxed()
                    .toList();
            counts.put(fault, numbers.size());
            Trials.run(
                    numbers,
                    number -> {
                        try (CrashRun run = new CrashRun(scenario)) {
                            run.begin(fault.at(number));
                            run.world().daemon().heal(fault.ticks());
                            run.check();
                        }
                    },
                    number -> fault + " " + points.get(number));
        }
        counts.forEach((fault, trials) -> count(scenario, fault.name(), trials));
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatAlwaysFails(CrashScenario scenario) throws InterruptedException {
        List<String> calls = pointsOf(scenario).stream()
                .filter(point -> point.startsWith("before ") && !point.equals("before commit"))
                .map(point -> point.split(" ", -1)[1])
                .distinct()
                .toList();
        count(scenario, "failures for ever", calls.size() * 2);
        Trials.run(
                calls.size() * 2,
                number -> {
                    String call = (number % 2 == 0 ? "before " : "after ") + calls.get(number / 2) + " ";
                    try (CrashRun run = new CrashRun(scenario)) {
                        run.begin((_, point) -> {
                            if (point.startsWith(call)) {
                                throw CrashFault.FAILS.failure(point);
                            }
                        });
                        assertThat(run.world()
                                        .daemon()
                                        .operations()
                                        .history(new AuditQuery(9, 0, Optional.empty(), Optional.empty()))
                                        .operations())
                                .allSatisfy(operation ->
                                        assertThat(operation.state().ended()).isTrue());
                        run.world().daemon().points().set(CrashPoints.Fault.NONE);
                        run.world().daemon().heal();
                        run.check();
                    }
                },
                number -> calls.get(number / 2));
    }
}
