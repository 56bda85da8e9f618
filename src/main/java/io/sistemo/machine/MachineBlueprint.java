package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Owner;
import io.sistemo.claim.OwnerType;
import io.sistemo.claim.ResourceKey;
import io.sistemo.guest.GuestAddress;
import io.sistemo.host.CgroupLimits;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.network.MachineName;
import io.sistemo.network.MachineNetwork;
import io.sistemo.network.MachineWiring;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkLimits;
import io.sistemo.network.ResolverPlace;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.InstallationId;
import io.sistemo.vmm.DeviceLimits;
import io.sistemo.vmm.JailedVmm;
import io.sistemo.vmm.RunningVmm;
import io.sistemo.vmm.Vmm;
import io.sistemo.vmm.VmmAddress;
import io.sistemo.vmm.VmmCgroup;
import io.sistemo.vmm.VmmJail;
import io.sistemo.vmm.VmmProcess;
import io.sistemo.volume.DiskSource;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeDisk;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What one machine is made of on the host: which things it should hold, and how each is taken and given back. */
final class MachineBlueprint {
    private static final int CPU_PERCENT = 100;
    /** For the VMM's own threads beside those of the virtual CPUs. */
    private static final int SPARE_CPU_PERCENT = 50;

    private static final int SPARE_PROCESSES = 64;

    private final MachineEnvironment environment;
    private final MachineRecord record;

    MachineBlueprint(MachineEnvironment environment, MachineRecord record) {
        this.environment = environment;
        this.record = record;
    }

    /** What it should hold, given its intent, of the things that it looks after. */
    Set<ResourceKey> wanted() {
        Set<ResourceKey> wanted = new LinkedHashSet<>();
        Intent intent = record.machine().intent();
        if (intent != Intent.GONE) {
            wanted.add(MachineDirectory.key(record.machine().id()));
        }
        record.volumes().stream()
                .filter(volume -> MachineRecord.cares(intent, volume) && !volume.doomed())
                .forEach(volume -> wanted.add(VolumeDisk.key(volume.id())));
        if (record.machine().wantsVmm()) {
            wanted.add(VmmCgroup.key(cgroup()));
            wanted.add(MachineNetwork.key(record.machine().shortId()));
            wanted.add(
                    MachineName.key(record.network().bridge(), record.machine().shortId()));
            if (isJailed()) {
                wanted.add(VmmJail.key(record.machine().id().toString()));
            }
            wanted.add(VmmProcess.key(cgroup()));
        }
        return wanted;
    }

    /** Who holds a thing of this machine: a disk is its volume's, all else the machine's. */
    Owner owner(ResourceKey key) {
        return switch (key.kind()) {
            case DISK -> new Owner(OwnerType.VOLUME, key.name());
            case MACHINE_DIRECTORY, CGROUP, MACHINE_NETWORK, MACHINE_NAME, JAIL, VMM ->
                MachineRecord.owner(record.machine().id());
            case BRIDGE, PACKET_FILTER, FIREWALL_RULE, RESOLVER, IMAGE_WORKSPACE, IMAGE_FILE -> throw notOfMachine(key);
        };
    }

    /** The thing that a claim of this machine is about. */
    HostResource resource(Claim claim) {
        return switch (claim.kind()) {
            case MACHINE_DIRECTORY ->
                new MachineDirectory(
                        environment.host(),
                        record.machine().id(),
                        files(),
                        knownHosts(),
                        MachineSidecar.of(environment.installation(), record));
            case DISK -> disk(claim.key());
            case CGROUP -> new VmmCgroup(environment.host(), cgroup(), limits());
            case MACHINE_NETWORK -> network();
            case MACHINE_NAME -> name();
            case JAIL -> new VmmJail(environment.host(), claim.key().name(), files().jail());
            case VMM ->
                new VmmProcess(
                        environment.host(),
                        cgroup(),
                        claim.detail().map(RunningVmm::parse),
                        MachineStart.of(environment, record, wiring(), cgroup()));
            case BRIDGE, PACKET_FILTER, FIREWALL_RULE, RESOLVER, IMAGE_WORKSPACE, IMAGE_FILE ->
                throw notOfMachine(claim.key());
        };
    }

    /** As the VMM that runs is, which an earlier daemon may have started in another way; else as the next one will be. */
    private boolean isJailed() {
        return vmm().isPresent()
                ? record.claims().stream().anyMatch(claim -> claim.kind() == ClaimKind.JAIL)
                : environment.vmm() instanceof JailedVmm;
    }

    /** What runs it, if anything does; else what will. */
    Vmm kindOfVmm() {
        return environment.vmm(isJailed());
    }

    /** Where a machine's VMM is spoken to. */
    static VmmAddress vmmAddress(MachineEnvironment environment, Machine machine) {
        return vmmAddress(environment, machine.id(), machine.shortId());
    }

    /** The same for who knows no more than a machine's ids. */
    static VmmAddress vmmAddress(MachineEnvironment environment, MachineId id, String shortId) {
        return new VmmAddress(
                MachineWiring.namespace(shortId),
                id.toString(),
                environment.directory().machine(id.toString()).jail(),
                environment.directory().machine(id.toString()).metrics());
    }

    private static IllegalStateException notOfMachine(ResourceKey key) {
        return new IllegalStateException("a machine holds no " + key.kind());
    }

    private VolumeDisk disk(ResourceKey key) {
        Volume volume = record.volumes().stream()
                .filter(candidate -> candidate.id().value().equals(UUID.fromString(key.name())))
                .findFirst()
                .orElseThrow();
        return new VolumeDisk(
                environment.host(), volume, environment.directory().volumes(), sourceOf(volume));
    }

    /** Only a machine that is being deployed has its disk made: later a fresh one would replace what was written. */
    private DiskSource sourceOf(Volume volume) {
        if (record.machine().created() || record.machine().shape().bootsVolume() || !volume.boots()) {
            return DiskSource.EXISTING;
        }
        return volume.imageDigest()
                .map(environment.directory()::image)
                .<DiskSource>map(DiskSource.ImageClone::new)
                .orElse(DiskSource.EXISTING);
    }

    private DataDirectory.MachineFiles files() {
        return environment.directory().machine(record.machine().id().toString());
    }

    /** The path of its cgroup. */
    String cgroup() {
        return MachineRebuild.cgroup(
                environment.installation(), record.machine().id().toString());
    }

    /** Where the cgroups of an installation's machines are. */
    static String cgroups(InstallationId installation) {
        return "sistemo/" + installation.value();
    }

    /** What its VMM may use. */
    CgroupLimits limits() {
        Machine.Shape shape = record.machine().shape();
        long memoryMib = (long) shape.memoryMib() + kindOfVmm().capabilities().overheadMib();
        return new CgroupLimits(
                memoryMib << 20, shape.vcpus() * CPU_PERCENT + SPARE_CPU_PERCENT, shape.vcpus() + SPARE_PROCESSES);
    }

    private MachineWiring wiring() {
        return new MachineWiring(
                record.machine().shortId(),
                record.network(),
                record.address(),
                record.machine().vmmUid(),
                MachineEnvironment.GUEST_PORT,
                environment.settings().blockSmtp(),
                networkLimits(),
                environment.installation().mark());
    }

    /** As those of the VMM that runs, as far as they are known; else as those of the next one. */
    private NetworkLimits networkLimits() {
        DeviceLimits limits = started()
                .flatMap(RunningVmm::limits)
                .orElse(environment.settings().devices());
        return kindOfVmm().capabilities().limitsNetwork()
                ? NetworkLimits.NONE
                : new NetworkLimits(limits.receivedBytes(), limits.sentBytes());
    }

    /** Its network, with the VMM that is held as the one inside. */
    MachineNetwork network() {
        return new MachineNetwork(environment.host(), wiring(), vmm());
    }

    private MachineName name() {
        Network network = record.network();
        return new MachineName(
                environment.host(),
                new ResolverPlace(environment.installation().value(), network.bridge()),
                record.machine().shortId(),
                network,
                record.address(),
                record.machine().name());
    }

    /** Where its guest's sshd listens, and the key that it must show. */
    GuestAddress guest() {
        return new GuestAddress(
                new InetSocketAddress(record.address().toInetAddress(), MachineEnvironment.GUEST_PORT),
                record.machine().hostKey().publicKey());
    }

    /** Where its VMM is spoken to. */
    VmmAddress vmmAddress() {
        return vmmAddress(environment, record.machine());
    }

    private String knownHosts() {
        return "[" + record.address() + "]:" + MachineEnvironment.GUEST_PORT + " "
                + record.machine().hostKey().publicKey().openSshLine() + "\n";
    }

    /** What its guest and its VMM printed. */
    ConsoleLog console() {
        return new ConsoleLog(files().console());
    }

    /** What its VMM printed. */
    ConsoleLog vmmLog() {
        return new ConsoleLog(files().vmmLog());
    }

    /** The identity of the VMM that is held, if one is. */
    Optional<ProcessIdentity> vmm() {
        return started().map(RunningVmm::process);
    }

    /** The VMM that is held, if one is. */
    private Optional<RunningVmm> started() {
        return record.claims().stream()
                .filter(claim -> claim.key().equals(VmmProcess.key(cgroup())))
                .findFirst()
                .flatMap(Claim::detail)
                .map(RunningVmm::parse);
    }
}
