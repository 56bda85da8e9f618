package io.sistemo.operation;

import java.util.function.Consumer;

/** What users can see and do of operations. Safe for concurrent use. */
public interface OperationService {
    /**
     * The operation as it stands now.
     *
     * @throws Refusal NOT_FOUND
     */
    Operation require(OperationId id);

    /**
     * Waits until the operation has ended, however long that takes. Interrupting the wait does not touch the operation.
     *
     * @return the ended operation
     * @throws Refusal NOT_FOUND
     */
    Operation awaitEnd(OperationId id) throws InterruptedException;

    /**
     * Tells a listener how the operation stands: at once, and after each change until the end, in order. The listener must
     * not block. No further call comes once the subscription is closed or an ended operation was told.
     *
     * @throws Refusal NOT_FOUND
     */
    Subscription subscribe(OperationId id, Consumer<Operation> listener);

    /**
     * Asks a running operation to stop and to take back what it made; returns at once. Nothing happens when it has ended.
     *
     * @throws Refusal NOT_FOUND; WRONG_STATE when this kind cannot be cancelled
     */
    void cancel(OperationId id);

    /** A page of the audit log, newest first. */
    AuditPage history(AuditQuery query);

    /** A listener's place, until closed. Closing twice is allowed. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
