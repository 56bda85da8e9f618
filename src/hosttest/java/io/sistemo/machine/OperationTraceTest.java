package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.guest.Guests;
import io.sistemo.host.CallListener;
import io.sistemo.host.Host;
import io.sistemo.host.PrivateHost;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.host.Signal;
import io.sistemo.host.Sockets;
import io.sistemo.host.TracedHost;
import io.sistemo.image.FakeExt4;
import io.sistemo.image.Images;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkSpec;
import io.sistemo.network.ResolverPlace;
import io.sistemo.network.ResolverRemains;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationState;
import io.sistemo.store.DataDirectory;
import io.sistemo.volume.Volumes;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    private static final List<String> KINDS =
            Stream.of(OperationKind.values()).map(OperationKind::action).toList();
    /** Ids of things: of machines, volumes and operations; of installations; short ones in names; users; digests stay. */
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
            + "|(?<=sv-|/sistemo0/|/sistemo0/\\.)[0-9a-f]{8}|(?<=ownerUid=)[0-9]+|(?<=sistemo[:/-])[0-9a-f]{12}");

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
            Files.write(directory.database(), WorldTemplate.BYTES);
            MachineWorld.prepareFiles(host, directory);
        }

        private void powerOff(long pid) {
            ProcessIdentity vmm = host.processes().identify(pid).orElseThrow();
            host.processes().signal(vmm, Signal.KILL);
        }

        @Override
        public Host seenBy(CallListener listener) {
            return new TracedHost(answering(), listener);
        }

        /** Nobody listens in a stand-in that sleeps: what a VMM would answer is made up, and all else is real. */
        private Host answering() {
            return (Host) Proxy.newProxyInstance(
                    Host.class.getClassLoader(), new Class<?>[] {Host.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("sockets")) {
                            return new AnsweringSockets();
                        }
                        try {
                            return method.invoke(host, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
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

    /** Says what is awaited. */
    private static final class AnsweringSockets implements Sockets {
        @Override
        public String converse(String namespace, String name, String said, String awaited) {
            return awaited + " \"return\"";
        }

        @Override
        public Optional<byte[]> exchange(Path socket, byte[] said, Predicate<byte[]> isWhole, Duration patience) {
            return Optional.empty();
        }
    }

    @Test
    void everyOperationMakesTheSameCalls() throws IOException {
        Path file = data.resolve("other.ext4");
        Files.write(file, FakeExt4.bytes("one"));
        Path root = Files.createDirectory(data.resolve("directory"));
        Host host = PrivateHost.open(run);
        RealWorld world = new RealWorld(host, new DataDirectory(root));
        WorldDaemon real = new WorldDaemon(world, LONG, LONG);
        Map<String, List<String>> realTraces;
        try {
            real.start();
            realTraces = new Traces(real, file, ext4(host), root, world::powerOff).all();
        } finally {
            real.kill();
            // When it failed half way: other tests of this private host make things of the same names.
            new ResolverRemains(host, new ResolverPlace(real.installation().value(), Network.DEFAULT_BRIDGE)).release();
            host.links().delete(Optional.empty(), Network.DEFAULT_BRIDGE);
            host.packetFilter().deleteTable(Optional.empty(), "inet", "sistemo");
        }
        try (MachineWorld fake = new MachineWorld(LONG, LONG)) {
            Map<String, List<String>> fakeTraces = new Traces(
                            fake.daemon(),
                            MachineWorld.OTHER_FILE,
                            FakeExt4.bytes("sent"),
                            fake.directory.root(),
                            pid -> fake.host.exit(pid, 137))
                    .all();
            assertThat(fakeTraces.keySet()).containsAll(KINDS).containsExactlyElementsOf(realTraces.keySet());
            fakeTraces.forEach((what, trace) -> {
                assertThat(trace).as(what).isNotEmpty().isEqualTo(realTraces.get(what));
                System.out.println(what + ": " + trace.size() + " equal points");
            });
        }
    }

    /** What a user may send. */
    private byte[] ext4(Host host) throws IOException {
        Path file = data.resolve("sent.raw");
        host.filesystems().make(file, 16 << 20, UUID.randomUUID(), "sent");
        return Files.readAllBytes(file);
    }

    /** What one daemon does, by what it was asked for, from right after its start. */
    private static final class Traces {
        private final Map<String, List<String>> traces = new LinkedHashMap<>();
        private final WorldDaemon daemon;
        private final LongConsumer kill;
        private final Path imageFile;
        private final byte[] sentVolume;
        private final Path root;

        Traces(WorldDaemon daemon, Path imageFile, byte[] sentVolume, Path root, LongConsumer kill) {
            this.sentVolume = sentVolume;
            this.kill = kill;
            this.daemon = daemon;
            this.imageFile = imageFile;
            this.root = root;
        }

        /** Each kind of operation; what one needs, those before it have made. */
        Map<String, List<String>> all() {
            Machines machines = daemon.machines();
            Images images = daemon.images();
            daemon.settleByEvents();
            keep("the start of the daemon");
            trace(OperationKind.MACHINE_DEPLOY, "", () -> machines.deploy(DeploySpecs.of(NAME)));
            trace(OperationKind.MACHINE_STOP, "", () -> machines.stop(NAME));
            volumes(daemon.volumes(), machines);
            trace(OperationKind.MACHINE_START, "", () -> machines.start(NAME));
            trace(OperationKind.MACHINE_RESTART, "", () -> machines.restart(NAME));
            trace(OperationKind.MACHINE_PAUSE, "", () -> machines.pause(NAME));
            trace(OperationKind.MACHINE_RESUME, "", () -> machines.resume(NAME));
            trace(OperationKind.MACHINE_EXPOSE, "", () -> machines.expose(NAME, ForwardScenes.port(8080)));
            trace(OperationKind.MACHINE_UNEXPOSE, "", () -> machines.unexpose(NAME, "tcp", Optional.empty(), 8080));
            trace(OperationKind.MACHINE_DELETE, "", () -> machines.delete(NAME, false));
            trace(OperationKind.MACHINE_DEPLOY, " again", () -> machines.deploy(DeploySpecs.of(NAME)));
            trace(OperationKind.MACHINE_STOP, " again", () -> machines.stop(NAME));
            trace(OperationKind.MACHINE_DELETE, " preserving", () -> machines.delete(NAME, true));
            trace(
                    OperationKind.NETWORK_CREATE,
                    "",
                    () -> daemon.networks().create(new NetworkSpec("blue", Optional.empty(), Optional.empty())));
            trace(OperationKind.NETWORK_DELETE, "", () -> daemon.networks().delete("blue"));
            machines.deploy(DeploySpecs.of("again", Optional.of("always")));
            daemon.settleByEvents();
            trace(OperationKind.MACHINE_REBOOT, "", () -> killed(machines, "again"));
            machines.delete("again", false);
            daemon.settleByEvents();
            trace(OperationKind.IMAGE_PULL, "", () -> images.pull(imageFile.toString()));
            trace(OperationKind.IMAGE_PULL, " again", () -> images.pull(imageFile.toString()));
            trace(OperationKind.IMAGE_DELETE, "", () -> images.delete("other"));
            daemon.points().set(CrashPoints.Fault.NONE);
            daemon.leave();
            keep("the stop of the daemon");
            return traces;
        }

        /** Returns when that was noticed. */
        private void killed(Machines machines, String name) {
            kill.accept(machines.require(name).vmmPid().orElseThrow());
            long deadline = System.nanoTime() + LONG.toNanos();
            while (daemon.newest(OperationKind.MACHINE_REBOOT.action()).isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
        }

        private void volumes(Volumes volumes, Machines machines) {
            trace(OperationKind.VOLUME_CREATE, "", () -> volumes.create(Optional.of("data"), MachineWorld.VOLUME_MIB));
            trace(OperationKind.VOLUME_RESIZE, "", () -> volumes.resize("data", 2 * MachineWorld.VOLUME_MIB));
            trace(OperationKind.VOLUME_CLONE, "", () -> volumes.copy("data", "copy"));
            trace(OperationKind.VOLUME_EXPORT, "", () -> volumes.send("data", _ -> OutputStream.nullOutputStream()));
            trace(OperationKind.VOLUME_IMPORT, "", () -> volumes.receive(MachineWorld.upload("sent", sentVolume)));
            volumes.delete("sent");
            daemon.settleByEvents();
            trace(OperationKind.VOLUME_ATTACH, "", () -> machines.attach(NAME, "data"));
            trace(OperationKind.VOLUME_DETACH, "", () -> machines.detach(NAME, "data"));
            daemon.forgetVolume("data");
            trace(OperationKind.VOLUME_RECOVER, "", volumes::recover);
            machines.attach(NAME, "data");
            daemon.settleByEvents();
            trace(OperationKind.VOLUME_DELETE, "", () -> volumes.delete("copy"));
        }

        private void trace(OperationKind kind, String variant, Runnable request) {
            daemon.points().set(CrashPoints.Fault.NONE);
            request.run();
            daemon.settleByEvents();
            assertThat(daemon.newest(kind.action()))
                    .get()
                    .extracting(Operation::state)
                    .isEqualTo(OperationState.SUCCEEDED);
            keep(kind.action() + variant);
        }

        private void keep(String what) {
            Map<String, String> ids = new HashMap<>();
            List<String> trace = new ArrayList<>();
            for (String point : daemon.points().passed()) {
                if (!point.startsWith("step ")) {
                    String placed = point.replace(root.toString(), "ROOT").replace(imageFile.toString(), "FILE");
                    trace.add(ID.matcher(placed)
                            .replaceAll(id ->
                                    Matcher.quoteReplacement(ids.computeIfAbsent(id.group(), _ -> "id" + ids.size()))));
                }
            }
            traces.put(what, trace);
        }
    }
}
