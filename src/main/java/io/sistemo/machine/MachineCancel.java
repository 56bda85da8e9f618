package io.sistemo.machine;

import io.sistemo.operation.Operation;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.util.Optional;

/** Takes a running operation on a machine back, because a user asked for that. */
final class MachineCancel {
    private MachineCancel() {}

    /**
     * Commits that it is taken back.
     *
     * @return the machine whose driver has to do the rest
     * @throws Refusal WRONG_STATE when it cannot be cancelled
     */
    static MachineId accept(MachineEnvironment environment, Operation operation) {
        MachineId id = MachineId.parse(operation.targetId());
        String description = MachineRequests.Action.of(operation).description();
        return switch (MachineRequests.Action.of(operation)) {
            case DEPLOY, START, RESTART, REBOOT -> {
                environment.operations().accept(connection -> {
                    // It may have ended since it was looked at: what has begun after it is not meant.
                    Optional<MachineRecord> record = MachineRecord.find(connection, id)
                            .filter(found ->
                                    found.operation().map(Operation::id).equals(Optional.of(operation.id())));
                    if (record.isPresent()) {
                        MachineChanges.fail(
                                connection,
                                record.get(),
                                RefusalCode.CANCELLED,
                                "Cancelled: " + operation.targetName() + " was " + description + ".");
                    }
                    return Boolean.TRUE;
                });
                yield id;
            }
            case STOP, PAUSE, RESUME, DELETE ->
                throw new Refusal(
                        RefusalCode.WRONG_STATE,
                        operation.targetName() + " is " + description + ", which cannot be cancelled.");
        };
    }
}
