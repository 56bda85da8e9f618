package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.HostException;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The daemon dies, or the host fails, at every point of every operation; then all of it is done, or nothing is left. */
class CrashEverywhereTest {
    private static final String NAME = "m";
    private static final String WRITTEN = "what the guest wrote";
    private static final int WORLDS_AT_ONCE = 8;

    /** The operations, each from the state in which it begins to the one in which it ends. */
    enum Scenario {
        DEPLOY("machine.deploy"),
        START("machine.start"),
        STOP("machine.stop"),
        RESTART("machine.restart"),
        DELETE("machine.delete"),
        DELETE_STOPPED("machine.delete"),
        DELETE_PRESERVING("machine.delete");

        private final String action;

        Scenario(String action) {
            this.action = action;
        }

        void prepare(MachineWorld world) {
            switch (this) {
                case DEPLOY -> {
                    // Nothing is there before.
                }
                case START, DELETE_STOPPED -> world.deployStopped(NAME);
                case STOP, RESTART, DELETE, DELETE_PRESERVING -> world.deploy(NAME);
            }
        }

        OperationId request(Machines machines) {
            return switch (this) {
                case DEPLOY -> machines.deploy(MachineWorld.spec(NAME));
                case START -> machines.start(NAME);
                case STOP -> machines.stop(NAME);
                case RESTART -> machines.restart(NAME);
                case DELETE, DELETE_STOPPED -> machines.delete(NAME, false);
                case DELETE_PRESERVING -> machines.delete(NAME, true);
            };
        }

        /** What is there when it was not done, empty for no machine. */
        Optional<MachineStatus> before() {
            return switch (this) {
                case DEPLOY -> Optional.empty();
                case START, DELETE_STOPPED -> Optional.of(MachineStatus.STOPPED);
                case STOP, RESTART, DELETE, DELETE_PRESERVING -> Optional.of(MachineStatus.RUNNING);
            };
        }

        /** What is there when it was done. */
        Optional<MachineStatus> after() {
            return switch (this) {
                case DEPLOY, START, RESTART -> Optional.of(MachineStatus.RUNNING);
                case STOP -> Optional.of(MachineStatus.STOPPED);
                case DELETE, DELETE_STOPPED, DELETE_PRESERVING -> Optional.empty();
            };
        }

        /** What may be there when it was tried and failed. */
        List<Optional<MachineStatus>> failed() {
            return switch (this) {
                case DEPLOY -> List.of(Optional.empty());
                case START -> List.of(Optional.of(MachineStatus.FAILED));
                // What could not be stopped is tried again; what then could not be started is not.
                case RESTART -> List.of(Optional.of(MachineStatus.FAILED), after());
                // These are tried until they work.
                case STOP, DELETE, DELETE_STOPPED, DELETE_PRESERVING -> List.of(after());
            };
        }

        boolean losesDisk() {
            return this == DELETE || this == DELETE_STOPPED;
        }
    }

    /** A world just before the operation. */
    private static final class Run implements AutoCloseable {
        private final Scenario scenario;
        private final MachineWorld world = new MachineWorld();
        private Optional<Path> disk = Optional.empty();

        Run(Scenario scenario) {
            this.scenario = scenario;
            scenario.prepare(world);
            if (scenario != Scenario.DEPLOY) {
                disk = Optional.of(world.disk(NAME));
                world.writeToDisk(NAME, WRITTEN);
            }
        }

        /** Asks for it and waits until nothing goes on any more, or the daemon is dead. */
        void request(CrashPoints.Fault fault) {
            world.daemon().points().set(fault);
            try {
                scenario.request(world.machines());
            } catch (CrashPoints.Died e) {
                // The user's connection broke; there may or may not be an operation.
                return;
            } catch (Refusal e) {
                assertThat(e.code()).isEqualTo(RefusalCode.HOST_UNUSABLE);
            }
            world.daemon().settle();
        }

        /** What users see, and that it is true. */
        void check() {
            Consistency.check(world);
            Optional<Operation> operation = world.daemon().newest(scenario.action);
            Optional<MachineStatus> status =
                    world.machines().list().stream().map(MachineDetails::status).findFirst();
            if (operation.isEmpty()) {
                assertThat(status).isEqualTo(scenario.before());
            } else if (operation.get().state() == OperationState.SUCCEEDED) {
                assertThat(status).isEqualTo(scenario.after());
            } else {
                assertThat(operation.get().error()).isPresent();
                assertThat(scenario.failed()).contains(status);
            }
            boolean lost = operation.isPresent() && scenario.losesDisk();
            disk.ifPresent(
                    file -> assertThat(world.readDisk(file)).isEqualTo(lost ? Optional.empty() : Optional.of(WRITTEN)));
        }

        @Override
        public void close() {
            world.close();
        }
    }

    private static List<String> pointsOf(Scenario scenario) {
        try (Run run = new Run(scenario)) {
            run.request(CrashPoints.Fault.NONE);
            List<String> points = run.world.daemon().points().passed();
            run.check();
            assertThat(run.world.daemon().newest(scenario.action).map(Operation::state))
                    .contains(OperationState.SUCCEEDED);
            return points;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeathAnywhere(Scenario scenario) throws InterruptedException {
        List<String> points = pointsOf(scenario);
        System.out.println(scenario + ": the daemon dies at each of " + points.size() + " points");
        forEach(
                points.size(),
                number -> {
                    try (Run run = new Run(scenario)) {
                        run.request(CrashPoints.Fault.deathAt(number));
                        run.world.restart().settle();
                        run.check();
                    }
                },
                points::get);
    }

    @ParameterizedTest
    @EnumSource
    void aFailureAnywhere(Scenario scenario) throws InterruptedException {
        List<String> points = pointsOf(scenario);
        forEach(
                points.size(),
                number -> {
                    if (points.get(number).endsWith("commit")) {
                        return;
                    }
                    try (Run run = new Run(scenario)) {
                        run.request((at, point) -> {
                            if (at == number) {
                                throw new HostException("the host failed: " + point);
                            }
                        });
                        run.world.daemon().heal();
                        run.check();
                    }
                },
                points::get);
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatAlwaysFails(Scenario scenario) throws InterruptedException {
        List<String> calls = pointsOf(scenario).stream()
                .filter(point -> point.startsWith("before ") && !point.equals("before commit"))
                .map(point -> point.split(" ", -1)[1])
                .distinct()
                .toList();
        forEach(
                calls.size() * 2,
                number -> {
                    String call = (number % 2 == 0 ? "before " : "after ") + calls.get(number / 2) + " ";
                    try (Run run = new Run(scenario)) {
                        run.request((_, point) -> {
                            if (point.startsWith(call)) {
                                throw new HostException("the host fails: " + point);
                            }
                        });
                        assertThat(run.world
                                        .daemon()
                                        .operations()
                                        .history(new io.sistemo.operation.AuditQuery(
                                                9, 0, Optional.empty(), Optional.empty()))
                                        .operations())
                                .allSatisfy(operation ->
                                        assertThat(operation.state().ended()).isTrue());
                        run.world.daemon().points().set(CrashPoints.Fault.NONE);
                        run.world.daemon().heal();
                        run.check();
                    }
                },
                number -> calls.get(number / 2));
    }

    /** One point of many. */
    private interface Trial {
        void run(int number);
    }

    /** Many worlds at once; every one that went wrong is named. */
    private static void forEach(int count, Trial trial, java.util.function.IntFunction<String> name)
            throws InterruptedException {
        List<String> violations = new ArrayList<>();
        try (ExecutorService worlds = Executors.newFixedThreadPool(WORLDS_AT_ONCE)) {
            List<Future<?>> trials = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                trials.add(worlds.submit(() -> trial.run(number)));
            }
            for (int i = 0; i < count; i++) {
                try {
                    trials.get(i).get();
                } catch (ExecutionException e) {
                    Throwable cause = Objects.requireNonNull(e.getCause());
                    String trace = Stream.of(cause.getStackTrace())
                            .filter(frame -> frame.getClassName().startsWith("io.sistemo"))
                            .limit(4)
                            .map(StackTraceElement::toString)
                            .toList()
                            .toString();
                    violations.add("\n" + i + " " + name.apply(i) + ": " + cause + " " + trace);
                }
            }
        }
        assertThat(violations).isEmpty();
    }
}
