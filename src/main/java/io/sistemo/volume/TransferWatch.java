package io.sistemo.volume;

import io.sistemo.host.CopyWatch;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.Operations;
import java.util.OptionalInt;

/** Tells those who watch an operation how much of a volume has come or gone. An interrupt ends it. */
final class TransferWatch implements CopyWatch {
    private static final int WHOLE_PERCENT = 100;

    private final Operations operations;
    private final OperationId operation;
    private final String phase;
    private long toldPercent = -1;

    TransferWatch(Operations operations, OperationId operation, String phase) {
        this.operations = operations;
        this.operation = operation;
        this.phase = phase;
    }

    @Override
    public void copied(long bytes, long ofBytes) {
        long percent = ofBytes == 0 ? WHOLE_PERCENT : bytes * WHOLE_PERCENT / ofBytes;
        if (percent != toldPercent) {
            toldPercent = percent;
            operations.phase(operation, phase, OptionalInt.of((int) percent));
        }
    }

    @Override
    public boolean cancelled() {
        return Thread.currentThread().isInterrupted();
    }
}
