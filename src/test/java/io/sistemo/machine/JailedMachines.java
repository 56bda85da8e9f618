package io.sistemo.machine;

import io.sistemo.vmm.Vmm;
import io.sistemo.vmm.firecracker.FirecrackerVersion;
import io.sistemo.vmm.firecracker.FirecrackerVmm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What machines run by that a jailer confines. */
final class JailedMachines {
    private JailedMachines() {}

    /** Firecracker, as a {@link MachineWorld} stands in for it. */
    static Optional<Vmm> firecracker() {
        Duration patience = Duration.ofSeconds(5);
        return Optional.of(new FirecrackerVmm(
                new FirecrackerVmm.Programs(
                        Path.of("/opt/firecracker"), Path.of("/opt/jailer"), FirecrackerVersion.OLDEST),
                new FirecrackerVmm.Patience(patience, patience)));
    }
}
