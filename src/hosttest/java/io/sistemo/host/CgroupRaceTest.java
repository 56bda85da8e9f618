package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several daemons share the parent of their control groups, and the last one removes it. */
@Tag("hosttest")
class CgroupRaceTest {
    private static final int DAEMONS = 4;
    private static final int ROUNDS = 50;

    @Test
    void daemonsDoNotRemoveEachOthersParents() throws Exception {
        PrivateHost.requirePrivate();
        String base = PrivateHost.installation();
        List<Future<Boolean>> results = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(DAEMONS)) {
            for (int daemon = 0; daemon < DAEMONS; daemon++) {
                Cgroups cgroups = new LinuxCgroups();
                String path = base + "/daemon" + daemon + "/machine";
                results.add(executor.submit(() -> makeAndRemove(cgroups, path)));
            }
        }
        for (Future<Boolean> result : results) {
            assertThat(result.get()).isTrue();
        }
        assertThat(new LinuxCgroups().exists(base)).isFalse();
    }

    private static boolean makeAndRemove(Cgroups cgroups, String path) {
        boolean always = true;
        for (int round = 0; round < ROUNDS; round++) {
            cgroups.create(path, new CgroupLimits(64 << 20, 100, 50));
            always &= cgroups.exists(path);
            cgroups.killAndRemove(path);
            always &= !cgroups.exists(path);
        }
        return always;
    }
}
