package io.sistemo.machine;

import io.avaje.jsonb.Json;
import io.sistemo.guest.HostKey;
import io.sistemo.network.Forward;
import io.sistemo.network.ForwardTable;
import io.sistemo.network.Ipv4;
import io.sistemo.network.LeaseTable;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkTable;
import io.sistemo.network.Subnet;
import io.sistemo.store.InstallationId;
import io.sistemo.store.SidecarJson;
import io.sistemo.store.StoreException;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What lies in a machine's directory: enough to rebuild its rows when the database is lost. It holds the secret host key, as
 * the initramfs beside it does. What the machine should be is not in it: that changes too often for a synced file, and a VMM
 * that runs says it better.
 *
 * @param version of this form, 1
 * @param installation the id that its things on the host bear
 * @param id the machine's id
 * @param name its name
 * @param image the image's name when it was deployed
 * @param imageDigest the image's digest
 * @param vcpus virtual CPUs
 * @param memoryMib the guest's memory
 * @param storageMib size of the root volume
 * @param networkName its network
 * @param networkBridge that network's bridge
 * @param networkSubnet that network's addresses
 * @param address its own
 * @param metadata the user's labels
 * @param restart when it is started again after it ended by itself
 * @param vmmUid the user that its VMM runs as
 * @param hostKeySeed the secret half of its host key, in hexadecimal
 * @param hostKeyPublic the public half
 * @param volumes ids of its disks, in the order of their places, the one that it boots first
 * @param forwards ports of the host that lead to it; none in files of earlier programs
 * @param createdAtMillis when it was deployed, in milliseconds since 1970
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record MachineSidecar(
        int version,
        String installation,
        String id,
        String name,
        String image,
        String imageDigest,
        int vcpus,
        int memoryMib,
        int storageMib,
        String networkName,
        String networkBridge,
        String networkSubnet,
        String address,
        Map<String, String> metadata,
        String restart,
        long vmmUid,
        String hostKeySeed,
        String hostKeyPublic,
        List<String> volumes,
        List<ForwardSidecar> forwards,
        long createdAtMillis) {
    private static final int VERSION = 1;
    private static final SidecarJson<MachineSidecar> JSON =
            new SidecarJson<>(MachineSidecar.class, VERSION, MachineSidecar::version);

    /** Copies, and orders the labels: the same machine is always the same bytes. */
    public MachineSidecar {
        metadata = new TreeMap<>(metadata);
        volumes = List.copyOf(volumes);
        forwards = List.copyOf(Objects.requireNonNullElse(forwards, List.of()));
    }

    /** The sidecar of a machine. */
    static MachineSidecar of(InstallationId installation, MachineRecord record) {
        return of(
                installation,
                record.machine(),
                record.network(),
                record.address(),
                record.volumes(),
                record.forwards());
    }

    /** The sidecars of all machines, by their ids, in a few queries however many there are. */
    static Map<String, MachineSidecar> all(Connection connection, InstallationId installation) throws SQLException {
        Map<String, Network> networks =
                NetworkTable.all(connection).stream().collect(Collectors.toMap(Network::name, Function.identity()));
        Map<String, Ipv4> leases = LeaseTable.byMachine(connection);
        Map<String, List<Volume>> volumes = VolumeTable.all(connection).stream()
                .filter(volume -> volume.machineId().isPresent())
                .collect(Collectors.groupingBy(
                        volume -> volume.machineId().orElseThrow().toString()));
        Map<String, List<Forward>> forwards = ForwardTable.byMachine(connection);
        Map<String, MachineSidecar> sidecars = new HashMap<>();
        for (Machine machine : MachineTable.all(connection)) {
            String id = machine.id().toString();
            Network network = networks.get(machine.shape().network());
            Ipv4 address = leases.get(id);
            if (network == null || address == null) {
                throw new StoreException("the machine " + id + " has no network or no lease");
            }
            sidecars.put(
                    id,
                    of(
                            installation,
                            machine,
                            network,
                            address,
                            volumes.getOrDefault(id, List.of()),
                            forwards.getOrDefault(id, List.of())));
        }
        return sidecars;
    }

    /** Orders the disks too: the same machine is always the same bytes. */
    private static MachineSidecar of(
            InstallationId installation,
            Machine machine,
            Network network,
            Ipv4 address,
            List<Volume> volumes,
            List<Forward> forwards) {
        Machine.Shape shape = machine.shape();
        return new MachineSidecar(
                VERSION,
                installation.value(),
                machine.id().toString(),
                machine.name(),
                shape.image(),
                shape.imageDigest(),
                shape.vcpus(),
                shape.memoryMib(),
                shape.storageMib(),
                network.name(),
                network.bridge(),
                network.subnet().toString(),
                address.toString(),
                shape.metadata(),
                machine.supervision().policy().word(),
                machine.vmmUid(),
                machine.hostKey().seedHex(),
                machine.hostKey().publicKey().hex(),
                volumes.stream()
                        .sorted(Comparator.comparingInt((Volume volume) ->
                                volume.attachment().orElseThrow().slot()))
                        .map(volume -> volume.id().toString())
                        .toList(),
                forwards.stream().map(ForwardSidecar::of).toList(),
                machine.createdAt().toEpochMilli());
    }

    /** As JSON, in UTF-8. */
    byte[] toBytes() {
        return JSON.write(this);
    }

    /**
     * Reads a sidecar.
     *
     * @throws IllegalArgumentException with a clause for the user, when it is damaged or a newer program's
     */
    public static MachineSidecar parse(byte[] content) {
        MachineSidecar sidecar = JSON.read(content);
        sidecar.toMachine();
        sidecar.toNetwork();
        sidecar.toAddress();
        sidecar.toForwards();
        new InstallationId(sidecar.installation());
        return sidecar;
    }

    /** The machine that it describes: it has answered once, and is stopped. */
    Machine toMachine() {
        MachineId machineId = new MachineId(UUID.fromString(id));
        Instant createdAt = Instant.ofEpochMilli(createdAtMillis);
        return new Machine(
                machineId,
                name,
                machineId.shortId(),
                Intent.STOPPED,
                true,
                false,
                Optional.empty(),
                Supervision.by(RestartPolicy.find(restart)
                        .orElseThrow(() -> new IllegalArgumentException("it has no restart policy"))),
                new Machine.Shape(image, imageDigest, vcpus, memoryMib, storageMib, networkName, metadata),
                vmmUid,
                new HostKey(hostKeySeed, new HostKey.Public(hostKeyPublic)),
                createdAt,
                createdAt);
    }

    /** Its network. */
    public Network toNetwork() {
        return new Network(networkName, networkBridge, Subnet.parse(networkSubnet));
    }

    /** Its forwards. */
    public List<Forward> toForwards() {
        return forwards.stream().map(ForwardSidecar::toForward).toList();
    }

    /** Its address. */
    public Ipv4 toAddress() {
        return Ipv4.parse(address);
    }
}
