package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.guest.Guests;
import io.sistemo.host.CallListener;
import io.sistemo.host.Host;
import io.sistemo.host.PrivateHost;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.host.Signal;
import io.sistemo.host.TracedHost;
import io.sistemo.image.FakeExt4;
import io.sistemo.network.Network;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationState;
import io.sistemo.store.DataDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of operation, on the real kernel with a stand-in for the VMM and on the fake host: the same calls and commits in the
 * same order. So what the crash suite finds on the fake holds for the real one.
 */
@Tag("hosttest")
class OperationTraceTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String NAME = "m";
    /** Ids of things: of machines, volumes and operations; of installations; short ones in names; users; digests stay. */
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
            + "|(?<=sv-)[0-9a-f]{8}|(?<=ownerUid=)[0-9]+|(?<=sistemo[:/])[0-9a-f]{12}");

    @TempDir
    Path run;

    @TempDir
    Path data;

    /** The real host, on which stand-ins sleep instead of guests. */
    private static final class RealWorld implements WorldHost {
        private final Host host;
        private final DataDirectory directory;
        private final FakeGuests guests;

        RealWorld(Host host, DataDirectory directory) throws IOException {
            this.host = host;
            this.directory = directory;
            this.guests = new FakeGuests(host, this::powerOff);
            Files.write(directory.database(), MachineWorld.Template.BYTES);
            MachineWorld.prepareFiles(host, directory);
            MachineWorld.prepareNetwork(host);
        }

        private void powerOff(long pid) {
            ProcessIdentity vmm = host.processes().identify(pid).orElseThrow();
            host.processes().signal(vmm, Signal.KILL);
        }

        @Override
        public Host seenBy(CallListener listener) {
            return new TracedHost(host, listener);
        }

        @Override
        public Guests guests() {
            return guests;
        }

        @Override
        public void boots(InetAddress address, String cgroup) {
            guests.boots(address, cgroup);
        }

        @Override
        public DataDirectory directory() {
            return directory;
        }

        @Override
        public List<String> vmmCommand() {
            return List.of("sleep", "1000");
        }
    }

    @Test
    void everyOperationMakesTheSameCalls() throws IOException {
        Path file = data.resolve("other.ext4");
        Files.write(file, FakeExt4.bytes("one"));
        Path root = Files.createDirectory(data.resolve("directory"));
        Host host = PrivateHost.open(run);
        WorldDaemon real = new WorldDaemon(new RealWorld(host, new DataDirectory(root)), LONG, LONG);
        Map<OperationKind, List<String>> realTraces;
        try {
            realTraces = traces(real, file, root);
        } finally {
            real.kill();
            // Other tests of this private host make one of the same name.
            host.links().delete(Optional.empty(), Network.DEFAULT_BRIDGE);
        }
        try (MachineWorld fake = new MachineWorld(LONG, LONG)) {
            Map<OperationKind, List<String>> fakeTraces =
                    traces(fake.daemon(), MachineWorld.OTHER_FILE, fake.directory.root());
            for (OperationKind kind : OperationKind.values()) {
                assertThat(fakeTraces.get(kind)).as(kind.action()).isNotEmpty().isEqualTo(realTraces.get(kind));
                System.out.println(kind.action() + ": "
                        + Objects.requireNonNull(fakeTraces.get(kind)).size() + " equal points");
            }
        }
    }

    /** Each kind of operation once; what one needs, those before it have made. */
    private static Map<OperationKind, List<String>> traces(WorldDaemon daemon, Path imageFile, Path root) {
        Map<OperationKind, List<String>> traces = new EnumMap<>(OperationKind.class);
        Machines machines = daemon.machines();
        trace(
                daemon,
                root,
                imageFile,
                traces,
                OperationKind.MACHINE_DEPLOY,
                () -> machines.deploy(MachineWorld.spec(NAME)));
        trace(daemon, root, imageFile, traces, OperationKind.MACHINE_STOP, () -> machines.stop(NAME));
        trace(daemon, root, imageFile, traces, OperationKind.MACHINE_START, () -> machines.start(NAME));
        trace(daemon, root, imageFile, traces, OperationKind.MACHINE_RESTART, () -> machines.restart(NAME));
        trace(daemon, root, imageFile, traces, OperationKind.MACHINE_DELETE, () -> machines.delete(NAME, false));
        trace(
                daemon,
                root,
                imageFile,
                traces,
                OperationKind.IMAGE_PULL,
                () -> daemon.images().pull(imageFile.toString()));
        trace(
                daemon,
                root,
                imageFile,
                traces,
                OperationKind.IMAGE_DELETE,
                () -> daemon.images().delete("other"));
        return traces;
    }

    private static void trace(
            WorldDaemon daemon,
            Path root,
            Path imageFile,
            Map<OperationKind, List<String>> traces,
            OperationKind kind,
            Runnable request) {
        daemon.points().set(CrashPoints.Fault.NONE);
        request.run();
        daemon.settleByEvents();
        List<String> points = daemon.points().passed();
        assertThat(daemon.newest(kind.action()))
                .get()
                .extracting(Operation::state)
                .isEqualTo(OperationState.SUCCEEDED);
        Map<String, String> ids = new HashMap<>();
        List<String> trace = new ArrayList<>();
        for (String point : points) {
            if (!point.startsWith("step ")) {
                String placed = point.replace(root.toString(), "ROOT").replace(imageFile.toString(), "FILE");
                trace.add(ID.matcher(placed)
                        .replaceAll(id ->
                                Matcher.quoteReplacement(ids.computeIfAbsent(id.group(), _ -> "id" + ids.size()))));
            }
        }
        traces.put(kind, trace);
    }
}
