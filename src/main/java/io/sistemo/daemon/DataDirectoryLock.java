package io.sistemo.daemon;

import io.sistemo.host.DirectoryLock;
import io.sistemo.host.HostException;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.DataDirectory;
import java.util.Optional;
import java.util.OptionalLong;

/** The right to write to a data directory: one daemon, or one offline command. */
final class DataDirectoryLock implements AutoCloseable {
    private final DirectoryLock lock;

    private DataDirectoryLock(DirectoryLock lock) {
        this.lock = lock;
    }

    /**
     * Takes the lock.
     *
     * @throws Refusal WRONG_STATE when another process has it; FAILED when it cannot be taken
     */
    static DataDirectoryLock acquire(DataDirectory directory) {
        try {
            Optional<DirectoryLock> lock = DirectoryLock.tryAcquire(directory.root());
            return new DataDirectoryLock(lock.orElseThrow(() -> inUse(directory)));
        } catch (HostException e) {
            throw new Refusal(
                    RefusalCode.FAILED,
                    "The data directory " + directory.root() + " cannot be locked: " + e.getMessage() + ".",
                    e);
        }
    }

    private static Refusal inUse(DataDirectory directory) {
        OptionalLong holder = DirectoryLock.holder(directory.root());
        String who = holder.isPresent() ? " (process " + holder.getAsLong() + ")" : "";
        return new Refusal(
                RefusalCode.WRONG_STATE,
                "A daemon" + who + " already runs on the data directory " + directory.root()
                        + ": stop it first, or give another --data-dir.");
    }

    @Override
    public void close() {
        lock.close();
    }
}
