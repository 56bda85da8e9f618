package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @Test
    void onlyOneHoldsADirectory(@TempDir Path directory) {
        long self = ProcessHandle.current().pid();
        assertThat(DirectoryLock.holder(directory)).isEmpty();
        try (DirectoryLock lock = DirectoryLock.tryAcquire(directory).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(DirectoryLock.tryAcquire(directory)).isEmpty();
            assertThat(DirectoryLock.holder(directory)).hasValue(self);
            assertThat(DirectoryLock.tryAcquire(directory))
                    .as("a look does not end the lock")
                    .isEmpty();
        }
        DirectoryLock.tryAcquire(directory).orElseThrow().close();
    }

    @Test
    void aDirectoryThatIsNotThereCannotBeHeld(@TempDir Path directory) {
        assertThatThrownBy(() -> DirectoryLock.tryAcquire(directory.resolve("no")))
                .isInstanceOf(HostException.class);
    }
}
