package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same calls on the real host and on the fake leave the same trace. */
@Tag("hosttest")
class TraceTest {
    private static final String NAME = "sv-0ddba11a";
    private static final String CGROUP = "sistemo/trace0000000/machine";

    private static final class Trace implements CallListener {
        final List<String> calls = new ArrayList<>();

        @Override
        public void before(String call) {
            calls.add("before " + call);
        }

        @Override
        public void after(String call) {
            calls.add("after " + call);
        }
    }

    @Test
    void theTracesAreEqual(@TempDir Path runDirectory) {
        Trace real = new Trace();
        wire(new TracedHost(PrivateHost.open(runDirectory), real));
        Trace fake = new Trace();
        wire(new FakeHost().seenBy(fake));
        assertThat(fake.calls).isEqualTo(real.calls).hasSize(16);
    }

    private static void wire(Host host) {
        host.cgroups().create(CGROUP, new CgroupLimits(64 << 20, 100, 50));
        host.namespaces().add(NAME);
        host.links()
                .apply(
                        Optional.of(NAME),
                        List.of(new LinkCommand.AddBridge("br0", "sistemo:a"), new LinkCommand.SetUp("br0")));
        host.packetFilter().apply(Optional.of(NAME), "table bridge sistemo {\n}\n");
        assertThat(host.links().find(Optional.of(NAME), "br0")).isPresent();
        host.packetFilter().deleteTable(Optional.of(NAME), "bridge", "sistemo");
        host.namespaces().delete(NAME);
        host.cgroups().killAndRemove(CGROUP);
    }
}
