package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.operation.AuditQuery;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many ask for different things of the same machines, while daemons and VMMs die. */
class ConcurrentRequestsTest {
    /** None of them can be the beginning of an id. */
    private static final List<String> NAMES = List.of("w", "x", "y", "z");

    private static final int CLIENTS = 16;
    private static final int REQUESTS_EACH = 25;
    private static final Set<RefusalCode> USUAL =
            Set.of(RefusalCode.NOT_FOUND, RefusalCode.NAME_TAKEN, RefusalCode.WRONG_STATE);

    /** Asks for something; empty when it was refused. */
    private static Optional<OperationId> request(Machines machines, Random random) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        try {
            return Optional.of(
                    switch (random.nextInt(8)) {
                        case 0, 1, 2 -> machines.deploy(DeploySpecs.of(name));
                        case 3 -> machines.start(name);
                        case 4 -> machines.stop(name);
                        case 5 -> machines.restart(name);
                        default -> machines.delete(name, false);
                    });
        } catch (Refusal e) {
            assertThat(e.code()).isIn(USUAL);
            return Optional.empty();
        }
    }

    @Test
    void everyRequestIsAnsweredOnceAndTheEndIsConsistent() throws Exception {
        try (MachineWorld world = new MachineWorld();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<OperationId, AtomicInteger> ends = new ConcurrentHashMap<>();
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                Random random = new Random(client);
                running.add(clients.submit(() -> {
                    for (int i = 0; i < REQUESTS_EACH; i++) {
                        Optional<OperationId> operation = request(world.machines(), random);
                        if (operation.isPresent()) {
                            Operation end = world.daemon().operations().awaitEnd(operation.get());
                            assertThat(end.state().ended()).isTrue();
                            ends.computeIfAbsent(operation.get(), _ -> new AtomicInteger())
                                    .incrementAndGet();
                        }
                    }
                    return Boolean.TRUE;
                }));
            }
            world.daemon().await(() -> running.stream().allMatch(Future::isDone));
            for (Future<?> each : running) {
                each.get();
            }
            world.daemon().settle();
            Consistency.check(world);
            List<Operation> log = world.daemon()
                    .operations()
                    .history(new AuditQuery(CLIENTS * REQUESTS_EACH, 0, Optional.empty(), Optional.empty()))
                    .operations();
            assertThat(log).extracting(Operation::id).containsExactlyInAnyOrderElementsOf(ends.keySet());
            assertThat(log).extracting(Operation::state).contains(OperationState.SUCCEEDED);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void daemonsDieAgainAndAgainAndNothingIsLost(long seed) {
        Random random = new Random(seed);
        try (MachineWorld world = new MachineWorld()) {
            for (int round = 0; round < 20; round++) {
                world.restart(CrashPoints.Fault.deathAt(20 + random.nextInt(400)));
                for (int i = 0; i < 4 && !world.daemon().points().dead(); i++) {
                    try {
                        request(world.machines(), random);
                    } catch (CrashPoints.Died e) {
                        break;
                    }
                    if (random.nextBoolean()) {
                        world.daemon().settle();
                    }
                }
                world.daemon().settle();
                if (random.nextInt(6) == 0) {
                    world.reboot().settle();
                }
            }
            world.restart().heal();
            Consistency.check(world);
        }
    }
}
