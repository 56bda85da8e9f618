package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sixteen clients ask for anything of four names at once, and everything that any of them sees is what somebody could have
 * seen who asked for one thing after the other. {@code -Dsistemo.seeds=N} takes N seeds, {@code -Dsistemo.seed=S} one.
 */
class ModelCheckedRequestsTest {
    private static final List<String> NAMES = List.of("w", "x", "y", "z");
    private static final int CLIENTS = 16;
    private static final int REQUESTS_EACH = 12;
    private static final int USUAL_SEEDS = 24;
    private static final int HTTP_CLIENTS = 8;
    private static final int SEEDS_FOR_EACH_OF_HTTP = 6;

    /** Fewer, since each request takes longer. */
    static LongStream seedsForHttp() {
        return seeds().filter(seed -> seed % SEEDS_FOR_EACH_OF_HTTP == 0 || Long.getLong("sistemo.seed") != null);
    }

    static LongStream seeds() {
        Optional<Long> one = Optional.ofNullable(Long.getLong("sistemo.seed"));
        return one.map(LongStream::of)
                .orElseGet(() -> LongStream.rangeClosed(1, Long.getLong("sistemo.seeds", USUAL_SEEDS)));
    }

    /** One of the sixteen. */
    private static final class Client {
        private final MachineWorld world;
        private final Door door;
        private final ModelHistory history;
        private final Map<String, OperationId> newest;
        private final Random random;

        Client(MachineWorld world, Door door, ModelHistory history, Map<String, OperationId> newest, long seed) {
            this.world = world;
            this.door = door;
            this.history = history;
            this.newest = newest;
            this.random = new Random(seed);
        }

        Boolean run() throws InterruptedException {
            for (int i = 0; i < REQUESTS_EACH; i++) {
                String name = NAMES.get(random.nextInt(NAMES.size()));
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> request(name, MachineModel.Action.DEPLOY);
                    case 3 -> request(name, MachineModel.Action.START);
                    case 4 -> request(name, MachineModel.Action.STOP);
                    case 5 -> request(name, MachineModel.Action.RESTART);
                    case 6, 7 -> request(name, MachineModel.Action.DELETE);
                    case 8, 9 -> cancel(name);
                    default -> look(door, history, name);
                }
            }
            return Boolean.TRUE;
        }

        private void request(String name, MachineModel.Action action) throws InterruptedException {
            long since = history.now();
            OperationId id;
            try {
                id = door.ask(name, action);
            } catch (Refusal e) {
                history.saw(name, since, new MachineModel.Seen.Refused(action, e.code()));
                return;
            }
            history.saw(name, since, new MachineModel.Seen.Accepted(action, id));
            newest.put(name, id);
            if (random.nextInt(3) > 0) {
                Operation end = world.daemon().operations().awaitEnd(id);
                assertThat(end.state().ended()).isTrue();
                history.sawEnd(id);
            }
        }

        private void cancel(String name) {
            OperationId id = newest.get(name);
            if (id == null) {
                return;
            }
            long since = history.now();
            try {
                door.cancel(id);
                history.saw(name, since, new MachineModel.Seen.Cancelled(id));
            } catch (Refusal e) {
                history.saw(name, since, new MachineModel.Seen.CancelRefused(id, e.code()));
            }
        }
    }

    private static void look(Door door, ModelHistory history, String name) {
        long since = history.now();
        MachineModel.Seen.Looked looked;
        try {
            looked = door.look(name);
        } catch (Refusal e) {
            assertThat(e.code()).isEqualTo(RefusalCode.NOT_FOUND);
            looked = new MachineModel.Seen.Looked(Optional.empty(), Optional.empty());
        }
        history.saw(name, since, looked);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyAnswerIsThatOfSomeSerialOrder(long seed) throws Exception {
        try (MachineWorld world = new MachineWorld()) {
            check(world, Door.direct(world), CLIENTS, seed);
        }
    }

    @ParameterizedTest
    @MethodSource("seedsForHttp")
    void soIsEveryAnswerOfTheServer(long seed) throws Exception {
        try (MachineWorld world = new MachineWorld();
                HttpDoor door = new HttpDoor(world)) {
            check(world, door, HTTP_CLIENTS, seed);
        }
    }

    private static void check(MachineWorld world, Door door, int clients, long seed) throws Exception {
        try (RowInvariants invariants = new RowInvariants(world.directory.database())) {
            world.daemon().points().set((_, point) -> {
                if (point.equals("after commit")) {
                    invariants.check();
                }
            });
            ModelHistory history = new ModelHistory();
            runClients(world, door, history, clients, seed);
            NAMES.forEach(name -> look(door, history, name));
            world.daemon().points().set(CrashPoints.Fault.NONE);
            assertThat(invariants.violations()).as("seed %d", seed).isEmpty();
            assertThat(invariants.steps()).isGreaterThan(clients);
            Consistency.check(world);
            Map<OperationId, OperationState> ends = new HashMap<>();
            for (OperationId id : history.operations()) {
                ends.put(id, world.daemon().operations().require(id).state());
            }
            history.check(ends);
        }
    }

    private static void runClients(MachineWorld world, Door door, ModelHistory history, int count, long seed)
            throws IOException, InterruptedException, ExecutionException {
        Map<String, OperationId> newest = new ConcurrentHashMap<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> running = new ArrayList<>();
            for (int client = 0; client < count; client++) {
                Client each = new Client(world, door, history, newest, seed * CLIENTS + client);
                running.add(clients.submit(each::run));
            }
            try {
                world.daemon().await(() -> running.stream().allMatch(Future::isDone));
                world.daemon().settle();
            } catch (AssertionError e) {
                clients.shutdownNow();
                throw new AssertionError("seed " + seed + " does not come to an end:\n" + threads(), e);
            }
            for (Future<Boolean> each : running) {
                each.get();
            }
        }
    }

    /** Every thread, virtual ones too, with what it waits for. */
    private static String threads() throws IOException {
        Path directory = Files.createTempDirectory("threads");
        Path dump = directory.resolve(String.format(Locale.ROOT, "dump-%d.txt", System.nanoTime()));
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            return Files.readString(dump);
        } finally {
            Files.deleteIfExists(dump);
            Files.delete(directory);
        }
    }
}
