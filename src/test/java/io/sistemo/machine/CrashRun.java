package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.operation.AuditQuery;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.vmm.Vmm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A world just before a scenario, and what must be true of it afterwards whatever went wrong. */
final class CrashRun implements AutoCloseable {
    private static final String WRITTEN = "what the guest wrote";
    private static final int WHOLE_LOG = 1000;

    /** So long that it is never reached, for nothing may hang on how fast this computer is. */
    private static final Duration LONG = Duration.ofSeconds(20);

    private final CrashScenario scenario;
    private final MachineWorld world;
    private final List<Path> disks;
    private final Map<String, String> contentsBefore;
    private final Set<Operation> operationsBefore;
    /** What was told to who waited for the operation since it had begun. */
    private final List<OperationState> heard = new CopyOnWriteArrayList<>();

    private Optional<WorldDaemon> asked = Optional.empty();
    private Optional<OperationId> followed = Optional.empty();

    CrashRun(CrashScenario scenario) {
        this(scenario, Optional.empty());
    }

    /** With machines that run by a VMM of the test's choice. */
    CrashRun(CrashScenario scenario, Optional<Vmm> vmm) {
        this.scenario = scenario;
        world = new MachineWorld(LONG, LONG, vmm);
        scenario.prepare(world);
        disks = world.host.files().list(world.directory.volumes()).stream()
                .filter(name -> name.endsWith(".raw"))
                .map(world.directory.volumes()::resolve)
                .toList();
        disks.forEach(disk -> world.writeTo(disk, WRITTEN));
        assertThat(world.seen()).isEqualTo(scenario.before());
        contentsBefore = world.contents();
        operationsBefore = new HashSet<>(log());
    }

    MachineWorld world() {
        return world;
    }

    private List<Operation> log() {
        return world.daemon()
                .operations()
                .history(new AuditQuery(WHOLE_LOG, 0, Optional.empty(), Optional.empty()))
                .operations();
    }

    /** What was asked for, if that was accepted. */
    Optional<Operation> operation() {
        List<Operation> asked = log().stream()
                .filter(operation -> !operationsBefore.contains(operation))
                .toList();
        assertThat(asked).hasSizeLessThanOrEqualTo(scenario.repeats() ? asked.size() : 1);
        return asked.stream().findFirst();
    }

    /** Lets it begin and waits until nothing goes on any more, or the daemon is dead. */
    void begin(CrashPoints.Fault fault) {
        try {
            scenario.begin(world, fault);
        } catch (CrashPoints.Died e) {
            // The user's connection broke; there may or may not be an operation.
            return;
        } catch (Refusal e) {
            assertThat(e.code()).isIn(RefusalCode.HOST_UNUSABLE, RefusalCode.FAILED, RefusalCode.DISK_FULL);
        }
        if (world.daemon().refusedToStart()) {
            // Whoever started it does so again, as a service is.
            world.restart();
        }
        operation().ifPresent(operation -> {
            asked = Optional.of(world.daemon());
            followed = Optional.of(operation.id());
            var _ = world.daemon().operations().subscribe(operation.id(), told -> heard.add(told.state()));
        });
        world.daemon().settle();
    }

    /** The same when the host was started again in between. */
    void checkAfterReboot() {
        if (scenario.unnoticed().contains(world.seen())) {
            Consistency.check(world);
        } else {
            check();
        }
    }

    /** What users see, and that it is true. */
    void check() {
        if (world.daemon().hasLeft()) {
            world.restart().settle();
        }
        Optional<Operation> operation = operation();
        if (!scenario.findsStray() || operation.isPresent()) {
            Consistency.check(world);
        }
        if (scenario.kind().isEmpty()) {
            assertThat(operation).isEmpty();
            assertThat(world.seen()).isIn(scenario.failed());
        } else if (operation.isEmpty()) {
            assertThat(world.seen()).isEqualTo(scenario.before());
            assertThat(world.contents()).isEqualTo(contentsBefore);
        } else {
            assertThat(operation.get().action()).isEqualTo(scenario.kind().get().action());
            if (asked.equals(Optional.of(world.daemon()))
                    && followed.equals(Optional.of(operation.get().id()))) {
                assertThat(heard.getLast()).isEqualTo(operation.get().state());
            }
            checkAnswer(operation.get());
        }
        boolean lost = operation.isPresent() && scenario.losesDisks();
        disks.forEach(
                file -> assertThat(world.readDisk(file)).isEqualTo(lost ? Optional.empty() : Optional.of(WRITTEN)));
    }

    private void checkAnswer(Operation operation) {
        if (operation.state() == OperationState.SUCCEEDED) {
            assertThat(world.seen()).isEqualTo(scenario.after());
            assertThat(operation.error()).isEmpty();
        } else {
            assertThat(operation.error()).isPresent();
            assertThat(scenario.failed()).contains(world.seen());
        }
    }

    @Override
    public void close() {
        world.close();
    }
}
