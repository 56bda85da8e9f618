package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.vmm.Vmm;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** As {@link CrashEverywhereTest}, for what happens to a machine itself, where its VMM is jailed and told over a socket what to run. */
class JailedCrashTest {
    private static final Optional<Vmm> FIRECRACKER = JailedMachines.firecracker();

    private static List<String> pointsOf(CrashScenario scenario) {
        try (CrashRun run = new CrashRun(scenario, FIRECRACKER)) {
            run.begin(CrashPoints.Fault.NONE);
            List<String> points = run.world().daemon().points().passed();
            run.check();
            assertThat(run.world().seen()).isEqualTo(scenario.after());
            return points;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DEPLOY", "DEPLOY_ON_VOLUME", "START", "STOP", "DELETE", "ADOPT"})
    void aDeathAnywhere(CrashScenario scenario) throws InterruptedException {
        List<String> points = pointsOf(scenario);
        System.out.println("jailed " + scenario + ": " + points.size() + " deaths");
        Trials.run(
                points.size(),
                number -> {
                    try (CrashRun run = new CrashRun(scenario, FIRECRACKER)) {
                        run.begin(CrashPoints.Fault.deathAt(number));
                        run.world().restart().settle();
                        run.check();
                    }
                },
                points::get);
    }

    @ParameterizedTest
    @EnumSource(names = {"DEPLOY", "START", "STOP", "DELETE"})
    void aDeathAnywhereOfTheWholeHost(CrashScenario scenario) throws InterruptedException {
        List<String> points = pointsOf(scenario);
        List<Integer> changed = IntStream.range(0, points.size())
                .filter(number -> number == 0
                        || CrashPoints.Point.parse(points.get(number)).hasChanged())
                .boxed()
                .toList();
        Trials.run(
                changed,
                number -> {
                    try (CrashRun run = new CrashRun(scenario, FIRECRACKER)) {
                        run.begin(CrashPoints.Fault.deathAt(number));
                        run.world().reboot().settle();
                        run.checkAfterReboot();
                    }
                },
                points::get);
    }

    @ParameterizedTest
    @EnumSource(names = {"DEPLOY", "START"})
    void aFailureAnywhere(CrashScenario scenario) throws InterruptedException {
        List<String> points = pointsOf(scenario);
        for (CrashFault fault : CrashFault.values()) {
            List<Integer> numbers = IntStream.range(0, points.size())
                    .filter(number -> fault.happensAt(points.get(number)))
                    .boxed()
                    .toList();
            Trials.run(
                    numbers,
                    number -> {
                        try (CrashRun run = new CrashRun(scenario, FIRECRACKER)) {
                            run.begin(fault.at(number));
                            run.world().daemon().heal(fault.ticks());
                            run.check();
                        }
                    },
                    number -> fault + " " + points.get(number));
        }
    }
}
