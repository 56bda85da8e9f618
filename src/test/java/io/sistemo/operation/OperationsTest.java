package io.sistemo.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.store.ConstraintException;
import io.sistemo.store.Database;
import io.sistemo.store.Rows;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations: one at a time on each thing, one end each, and everybody who waits hears of it. */
class OperationsTest {
    @TempDir
    Path directory;

    private Database database;
    private Operations operations;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("db"));
        operations = new Operations(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private OperationId begin(String target) {
        Operation operation = Operations.beginning(OperationKind.MACHINE_START, "machine", target, target);
        database.write(connection -> {
            OperationTable.begin(connection, operation);
            return Boolean.TRUE;
        });
        return operation.id();
    }

    private void end(OperationId id) {
        database.write(connection -> {
            OperationTable.end(connection, id);
            return Boolean.TRUE;
        });
        operations.ended(id);
    }

    private void fail(OperationId id, RefusalCode code, String sentence) {
        database.write(connection -> {
            OperationTable.noteFailure(connection, id, code, sentence);
            return Boolean.TRUE;
        });
    }

    @Test
    void aRequestThatCannotBeRecordedIsRefusedInPlainWords() {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> operations.accept(connection -> {
                    Rows.all(connection, row -> row.getInt(1), "PRAGMA max_page_count = 1");
                    return Rows.change(
                            connection, "INSERT INTO installation (id, created_at) VALUES (hex(zeroblob(1000000)), 0)");
                }))
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo(RefusalCode.DISK_FULL);
                    assertThat(refusal.sentence()).contains("was not accepted", "no room", "MiB are free");
                });
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> operations.accept(connection -> {
                    throw new SQLException("disk I/O error");
                }))
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo(RefusalCode.HOST_UNUSABLE);
                    assertThat(refusal.sentence()).contains("was not accepted", "disk I/O error");
                });
    }

    @Test
    void aThingHasOneOperationAtATime() {
        OperationId first = begin("m");
        assertThatExceptionOfType(ConstraintException.class).isThrownBy(() -> begin("m"));
        begin("other");
        end(first);
        assertThat(begin("m")).isNotEqualTo(first);
    }

    @Test
    void theFirstReasonStaysAndTheEndIsOnce() {
        OperationId id = begin("m");
        fail(id, RefusalCode.DISK_FULL, "first");
        fail(id, RefusalCode.FAILED, "second");
        end(id);
        Operation ended = operations.require(id);
        assertThat(ended.state()).isEqualTo(OperationState.FAILED);
        assertThat(ended.error()).contains("first");
        fail(id, RefusalCode.FAILED, "late");
        end(id);
        assertThat(operations.require(id)).isEqualTo(ended);
        OperationId cancelled = begin("m");
        fail(cancelled, RefusalCode.CANCELLED, "not any more");
        end(cancelled);
        assertThat(operations.require(cancelled).state()).isEqualTo(OperationState.CANCELLED);
    }

    @Test
    void whoWatchesHearsPhasesInOrderAndOneEnd() {
        OperationId id = begin("m");
        List<String> heard = new CopyOnWriteArrayList<>();
        operations.subscribe(id, operation -> heard.add(operation.phase().orElse("" + operation.state())));
        operations.phase(id, "one", OptionalInt.empty());
        operations.phase(id, "two", OptionalInt.of(50));
        end(id);
        end(id);
        operations.phase(id, "late", OptionalInt.empty());
        assertThat(heard).containsExactly("RUNNING", "one", "two", "SUCCEEDED");
    }

    @Test
    void whoUnsubscribesHearsNoMore() {
        OperationId id = begin("m");
        List<OperationState> heard = new ArrayList<>();
        OperationService.Subscription subscription =
                operations.subscribe(id, operation -> heard.add(operation.state()));
        subscription.close();
        subscription.close();
        end(id);
        assertThat(heard).containsExactly(OperationState.RUNNING);
    }

    @Test
    void waitingForWhatHasEndedReturnsAtOnce() throws InterruptedException {
        OperationId id = begin("m");
        end(id);
        assertThat(operations.awaitEnd(id).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> operations.awaitEnd(OperationId.random()));
    }

    @Test
    void nobodyWaitsForEverHoweverCloseTheEndIs() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 300; round++) {
                OperationId id = begin("m");
                operations.phase(id, "busy", OptionalInt.empty());
                List<Future<Operation>> waits = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    waits.add(threads.submit(() -> operations.awaitEnd(id)));
                }
                end(id);
                for (Future<Operation> wait : waits) {
                    assertThat(wait.get(10, TimeUnit.SECONDS).state()).isEqualTo(OperationState.SUCCEEDED);
                }
            }
        }
    }

    @Test
    void cancellingGoesToWhoCanAndIsRefusedElse() {
        List<OperationId> asked = new ArrayList<>();
        OperationId id = begin("m");
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> operations.cancel(id))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.WRONG_STATE));
        operations.onCancel("machine", operation -> asked.add(operation.id()));
        operations.cancel(id);
        end(id);
        operations.cancel(id);
        assertThat(asked).containsExactly(id);
    }

    @Test
    void theLogIsPagedNewestFirst() {
        for (String target : List.of("a", "b", "a")) {
            end(begin(target));
        }
        AuditPage page = operations.history(new AuditQuery(1, 1, Optional.of("machine.start"), Optional.empty()));
        assertThat(page.total()).isEqualTo(3);
        assertThat(page.operations()).extracting(Operation::targetName).containsExactly("b");
        assertThat(operations
                        .history(new AuditQuery(9, 0, Optional.empty(), Optional.of("a")))
                        .total())
                .isEqualTo(2);
        assertThat(operations
                        .history(new AuditQuery(9, 0, Optional.of("image.pull"), Optional.empty()))
                        .total())
                .isZero();
    }
}
