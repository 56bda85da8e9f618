package io.sistemo.e2e;

import io.sistemo.vmm.firecracker.StandInPrograms;

/** The same workflow by Firecracker, for which there are stand-ins here. */
class FirecrackerStorageTest extends StorageWorkflowTest {
    @Override
    void prepare() throws Exception {
        host.useFirecracker(StandInPrograms.Behaviour.USUAL);
        Daemon.install(host);
    }

    /** Another boot, which shows nothing of a VMM that those before did not. */
    @Override
    void moveAndGrowTheData() {}
}
