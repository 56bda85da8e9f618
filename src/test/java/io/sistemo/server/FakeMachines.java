package io.sistemo.server;

import io.sistemo.guest.GuestAddress;
import io.sistemo.guest.HostKey;
import io.sistemo.machine.DeploySpec;
import io.sistemo.machine.ForwardSpec;
import io.sistemo.machine.MachineDetails;
import io.sistemo.machine.MachineService;
import io.sistemo.machine.MachineStats;
import io.sistemo.machine.MachineStatus;
import io.sistemo.machine.RestartPolicy;
import io.sistemo.machine.Supervision;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.StoreException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;

/** One running and one stopped machine, in memory. */
final class FakeMachines implements MachineService {
    static final UUID WEB = UUID.fromString("11111111-2222-3333-4444-555555555555");
    static final HostKey.Public HOST_KEY = HostKey.generate().publicKey();

    final List<DeploySpec> deployed = new java.util.concurrent.CopyOnWriteArrayList<>();
    final List<String> calls = new ArrayList<>();
    private static final MachineDetails.Limits LIMITS = new MachineDetails.Limits(
            OptionalLong.of(1_000_000), OptionalLong.empty(), OptionalLong.of(500), OptionalLong.of(10_000_000));
    private final FakeOperations operations;
    private Optional<OperationId> nextDeploy = Optional.empty();

    FakeMachines(FakeOperations operations) {
        this.operations = operations;
    }

    /** The next deploy is this operation, which the test moves along. */
    void deployAs(OperationId id) {
        nextDeploy = Optional.of(id);
    }

    @Override
    public List<MachineDetails> list() {
        return List.of(details("db", MachineStatus.STOPPED), details("web", MachineStatus.RUNNING));
    }

    @Override
    public MachineDetails require(String reference) {
        return switch (reference) {
            case "web", "1111", "11111111-2222-3333-4444-555555555555" -> details("web", MachineStatus.RUNNING);
            case "db" -> details("db", MachineStatus.STOPPED);
            case "broken" -> throw new IllegalStateException("secret detail");
            case "unreadable" -> throw new StoreException("the database failed: disk I/O error");
            default -> throw new Refusal(RefusalCode.NOT_FOUND, "There is no machine " + reference + ".");
        };
    }

    @Override
    public OperationId deploy(DeploySpec spec) {
        if (spec.name().equals(Optional.of("web"))) {
            throw new Refusal(RefusalCode.NAME_TAKEN, "The name web is taken.");
        }
        deployed.add(spec);
        return nextDeploy.orElseGet(() -> operations.done("machine.deploy", WEB.toString(), "new"));
    }

    @Override
    public OperationId start(String reference) {
        return call("start", reference);
    }

    @Override
    public OperationId stop(String reference) {
        return call("stop", reference);
    }

    @Override
    public OperationId restart(String reference) {
        return call("restart", reference);
    }

    @Override
    public OperationId pause(String reference) {
        return call("pause", reference);
    }

    @Override
    public OperationId resume(String reference) {
        return call("resume", reference);
    }

    @Override
    public OperationId delete(String reference, boolean preserveStorage) {
        return call(preserveStorage ? "delete, keep" : "delete", reference);
    }

    private OperationId call(String action, String reference) {
        MachineDetails details = require(reference);
        calls.add(action + " " + reference);
        return operations.done(
                "machine." + action.replaceAll(",.*", ""), details.id().toString(), details.name());
    }

    @Override
    public OperationId attach(String reference, String volume) {
        return ofVolume("attach", reference, volume);
    }

    @Override
    public OperationId detach(String reference, String volume) {
        return ofVolume("detach", reference, volume);
    }

    private OperationId ofVolume(String action, String reference, String volume) {
        require(reference);
        calls.add(action + " " + reference + " " + volume);
        return operations.done("volume." + action, FakeVolumes.DATA.toString(), volume);
    }

    @Override
    public OperationId expose(String reference, ForwardSpec forward) {
        if (forward.hostPort() == 22) {
            throw new Refusal(RefusalCode.IN_USE, "Port 22/tcp of the host is that of sshd (process 7).");
        }
        return ofForward(
                "expose",
                reference,
                forward.protocol() + " " + forward.address().orElse("*") + " " + forward.hostPort() + " "
                        + forward.machinePort());
    }

    @Override
    public OperationId unexpose(String reference, String protocol, Optional<String> address, int hostPort) {
        return ofForward("unexpose", reference, protocol + " " + address.orElse("*") + " " + hostPort);
    }

    private OperationId ofForward(String action, String reference, String what) {
        MachineDetails details = require(reference);
        calls.add(action + " " + details.name() + " " + what);
        return operations.done("machine." + action, "8080/tcp", details.name());
    }

    @Override
    public MachineStats stats(String reference) {
        if (require(reference).status() != MachineStatus.RUNNING) {
            throw new Refusal(RefusalCode.WRONG_STATE, "The machine " + reference + " is not running.");
        }
        return stats().getFirst();
    }

    @Override
    public List<MachineStats> stats() {
        return List.of(new MachineStats(
                WEB,
                "web",
                MachineStatus.RUNNING,
                Instant.EPOCH,
                2,
                1_500_000_000L,
                OptionalDouble.of(12.34),
                1_000_000L,
                100,
                200,
                3,
                66,
                Optional.of(new MachineStats.Disk(1, 2, 3, 4)),
                Optional.of(new MachineStats.Network(20, 10, 2, 1))));
    }

    @Override
    public GuestAddress guest(String reference) {
        if (require(reference).status() != MachineStatus.RUNNING) {
            throw new Refusal(RefusalCode.WRONG_STATE, "The machine " + reference + " does not run.");
        }
        return new GuestAddress(new InetSocketAddress(InetAddress.ofLiteral("10.200.0.2"), 2222), HOST_KEY);
    }

    @Override
    public Path clientKey() {
        return Path.of("/data/ssh/sistemo_key");
    }

    @Override
    public Path knownHosts(String reference) {
        return Path.of("/data/vms/" + require(reference).id() + "/known_hosts");
    }

    @Override
    public byte[] consoleTail(String reference, int maxBytes) {
        return ("<script>boot of " + require(reference).name() + "</script>").getBytes(StandardCharsets.UTF_8);
    }

    private static MachineDetails details(String name, MachineStatus status) {
        boolean runs = status == MachineStatus.RUNNING;
        return new MachineDetails(
                name.equals("web") ? WEB : UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                name,
                status,
                Optional.empty(),
                Optional.of("debian"),
                Optional.of("sha256:00"),
                Optional.of("10.200.0.2"),
                Optional.of("sv-11111111"),
                2,
                512,
                2048,
                "default",
                Instant.EPOCH,
                Instant.EPOCH,
                runs ? OptionalLong.of(42) : OptionalLong.empty(),
                List.of(
                        new MachineDetails.ForwardDetails(8080, 80, "tcp", Optional.empty()),
                        new MachineDetails.ForwardDetails(5353, 53, "udp", Optional.of("127.0.0.1"))),
                List.of(new MachineDetails.VolumeDetails(WEB, name + "-root", 2048, "root")),
                Map.of("team", "web", "cost", "low"),
                runs ? Optional.of(LIMITS) : Optional.empty(),
                new Supervision(RestartPolicy.ON_FAILURE, 0, Optional.empty(), false),
                Optional.empty(),
                Optional.empty());
    }
}
