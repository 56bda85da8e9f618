package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.guest.Guests;
import io.sistemo.host.CallListener;
import io.sistemo.host.CgroupLimits;
import io.sistemo.host.FakeHost;
import io.sistemo.host.Host;
import io.sistemo.host.LinkCommand;
import io.sistemo.image.FakeExt4;
import io.sistemo.image.Images;
import io.sistemo.network.Network;
import io.sistemo.network.ResolverPlace;
import io.sistemo.store.DataDirectory;
import io.sistemo.vmm.Vmm;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeDetails;
import io.sistemo.volume.VolumeUpload;
import io.sistemo.volume.Volumes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A host on which daemons die: a fake host, guests that follow their VMMs, and a database file that is real. At most one
 * daemon runs at a time; {@link #restart} makes the next one on what the last one left.
 */
final class MachineWorld implements WorldHost, AutoCloseable {
    static final String IMAGE = "tiny";
    static final String DIGEST = "sha256:" + "ab".repeat(32);
    /** Files of users from which images are pulled; both begin with the same content. */
    static final Path OTHER_FILE = Path.of("/sources/other.ext4");

    static final Path ALIAS_FILE = Path.of("/sources/alias.ext4");
    private static final Path SOURCES = Path.of("/sources");
    static final String ORPHAN = "sv-0bad0bad";
    static final CgroupLimits LIMITS = new CgroupLimits(1 << 20, 100, 10);
    static final int IMAGE_BYTES = 4096;
    static final int VOLUME_MIB = 64;
    static final int API_PORT = 7777;
    private static final Pattern NAMES_OF_OURS = Pattern.compile("process \\d+|Regular\\[-?\\d+");
    /** Held here, since the settings of a logger that nobody holds are forgotten. */
    private static final Logger LOGGER = Logger.getLogger("io.sistemo");

    static {
        // Daemons die by the thousand here, and what they warn of is what was done to them.
        LOGGER.setLevel(Level.SEVERE);
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            if (!(thrown instanceof CrashPoints.Died)) {
                LOGGER.log(Level.SEVERE, "thread " + thread.getName(), thrown);
            }
        });
    }

    final FakeHost host = new FakeHost();
    final FakeGuests guests = new FakeGuests(host, pid -> host.exit(pid, 0));
    final DataDirectory directory;
    private final Duration readyTimeout;
    private final Duration stopTimeout;
    private Optional<Vmm> vmm;
    private RestartRules restarts = WorldDaemon.RESTARTS;
    int bridgePorts = BridgePorts.MOST;
    private WorldDaemon daemon;

    /** A world with one image and no machines, whose daemon runs. */
    MachineWorld() {
        this(Duration.ofSeconds(20));
    }

    /** A world in which guests must answer in time. */
    MachineWorld(Duration readyTimeout) {
        this(readyTimeout, WorldDaemon.SHORT_STOP);
    }

    /** A world in which guests must answer, and power off when they are asked, in time. */
    MachineWorld(Duration readyTimeout, Duration stopTimeout) {
        this(readyTimeout, stopTimeout, Optional.empty());
    }

    /** A world in which machines run by a VMM of the test's choice. */
    MachineWorld(Duration readyTimeout, Duration stopTimeout, Optional<Vmm> vmm) {
        this.readyTimeout = readyTimeout;
        this.stopTimeout = stopTimeout;
        this.vmm = vmm;
        try {
            // Programs die here, never the machine: what was written need not be on a disk.
            Path memory = Path.of("/dev/shm");
            directory = new DataDirectory(
                    Files.isWritable(memory)
                            ? Files.createTempDirectory(memory, "sistemo-world-")
                            : Files.createTempDirectory("sistemo-world-"));
            Files.write(directory.database(), WorldTemplate.BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        prepareFiles();
        daemon = new WorldDaemon(this, readyTimeout, stopTimeout);
        daemon.start();
    }

    private void prepareFiles() {
        List<Path> directories = new ArrayList<>();
        for (Path at = directory.root(); at != null && at.getParent() != null; at = at.getParent()) {
            directories.addFirst(at);
        }
        directories.forEach(path -> host.files().ensureDirectory(path, 0700, 0));
        host.files().ensureDirectory(SOURCES, 0755, 0);
        prepareFiles(host, directory);
        writeImageFile(OTHER_FILE, "one");
        writeImageFile(ALIAS_FILE, "one");
    }

    /** Puts into a data directory what an installation does. */
    static void prepareFiles(Host host, DataDirectory directory) {
        List.of(directory.images(), directory.volumes(), directory.machines(), directory.kernelDirectory())
                .forEach(path -> host.files().ensureDirectory(path, 0700, 0));
        for (Path file : List.of(directory.image(DIGEST), directory.kernel(), directory.initramfs())) {
            host.files().writeAtomically(file, new byte[IMAGE_BYTES], 0400, 0);
        }
    }

    @Override
    public Host seenBy(CallListener listener) {
        return host.seenBy(listener);
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
    public RestartRules restarts() {
        return restarts;
    }

    /** Other rules, for the daemons that are started from now on. */
    void setRestarts(RestartRules newRestarts) {
        restarts = newRestarts;
    }

    /** What the daemons start machines by that are started from now on. */
    void setVmm(Optional<Vmm> newVmm) {
        vmm = newVmm;
    }

    @Override
    public int bridgePorts() {
        return bridgePorts;
    }

    @Override
    public List<String> vmmCommand() {
        return List.of("sleep", "1000");
    }

    @Override
    public Optional<Vmm> vmm() {
        return vmm;
    }

    /** The daemon that runs now. */
    WorldDaemon daemon() {
        return daemon;
    }

    Machines machines() {
        return daemon.machines();
    }

    Images images() {
        return daemon.images();
    }

    Volumes volumes() {
        return daemon.volumes();
    }

    /** An image of a user's, whose content is told apart by a word. */
    void writeImageFile(Path file, String word) {
        host.files().writeAtomically(file, FakeExt4.bytes(word), 0644, 0);
    }

    /** An image that is here. */
    void pull(Path file) {
        images().pull(file.toString());
        daemon.settle();
    }

    /** Machines with their status and ports, volumes that none of them boots, networks of users, and images with the word that tells their content apart. */
    Set<String> seen() {
        Set<String> seen = new TreeSet<>();
        machines().list().forEach(machine -> {
            seen.add(machine.name() + " " + machine.status());
            machine.forwards().forEach(forward -> seen.add("port " + forward.hostPort() + " to " + machine.name()));
        });
        volumes().list().stream()
                .filter(details -> !details.volume().boots())
                .forEach(details -> seen.add("volume " + details.volume().name() + " "
                        + details.volume().sizeMib()
                        + details.machineName().map(machine -> " at " + machine).orElse("")));
        daemon.networks().list().stream()
                .filter(details -> details.network().isNamed())
                .forEach(details -> seen.add("network " + details.network().name()));
        images().list().forEach(image -> {
            String content = host.files()
                    .readText(directory.image(image.digest()))
                    .orElseThrow(() -> new AssertionError("the image " + image.name() + " has no file"));
            seen.add("image " + image.name()
                    + FakeExt4.word(content).map(word -> "=" + word).orElse(""));
        });
        return seen;
    }

    /** The processes that answer for names, as they are called in the host's contents. */
    Set<String> resolvers() {
        String installation = daemon.installation().value();
        return host.cgroups().list(ResolverPlace.cgroups(installation)).stream()
                .flatMap(bridge -> host.cgroups().members(new ResolverPlace(installation, bridge).cgroup()).stream())
                .map(pid -> "process " + pid)
                .collect(Collectors.toSet());
    }

    /** What is on the host, but for what differs between two tries: pids, and the content of files. */
    Map<String, String> contents() {
        Map<String, String> contents = new TreeMap<>();
        host.contents()
                .forEach((name, value) -> contents.merge(plain(name), plain(value), (one, other) -> one + other));
        return contents;
    }

    private static String plain(String text) {
        return NAMES_OF_OURS.matcher(text).replaceAll("ours");
    }

    /** Ends the daemon, unless it is dead already, and starts another one. */
    WorldDaemon restart() {
        return restart(CrashPoints.Fault.NONE);
    }

    /** The same with a fault that is there from the daemon's first step. */
    WorldDaemon restart(CrashPoints.Fault fault) {
        daemon.kill();
        daemon = new WorldDaemon(this, readyTimeout, stopTimeout);
        daemon.points().set(fault);
        daemon.start();
        return daemon;
    }

    /** The host boots again: no process of ours lives through that. */
    WorldDaemon reboot() {
        return reboot(CrashPoints.Fault.NONE);
    }

    /** The same with a fault that is there from the daemon's first step. */
    WorldDaemon reboot(CrashPoints.Fault fault) {
        daemon.kill();
        host.reboot();
        return restart(fault);
    }

    /** A machine that runs. */
    void deploy(String name) {
        deploy(name, RestartPolicy.NO);
    }

    /** A machine that runs, and is started again by a policy. */
    void deploy(String name, RestartPolicy policy) {
        machines().deploy(DeploySpecs.of(name, Optional.of(policy.word())));
        daemon.settle();
        assertThat(machines().require(name).status()).isEqualTo(MachineStatus.RUNNING);
    }

    /** A machine that is stopped. */
    void deployStopped(String name) {
        deploy(name);
        machines().stop(name);
        daemon.settle();
        assertThat(machines().require(name).status()).isEqualTo(MachineStatus.STOPPED);
    }

    /** What its guest wrote, which nothing but a delete may lose; so long that no clone looks like it. */
    void writeToDisk(String name, String text) {
        writeTo(disk(name), text);
    }

    /** The same for a disk; it keeps its size and its owner. */
    void writeTo(Path disk, String text) {
        long sizeBytes = host.disks().find(disk).orElseThrow().sizeBytes();
        host.overwrite(disk, text.getBytes(StandardCharsets.UTF_8));
        host.disks().extend(disk, sizeBytes);
    }

    /** A volume that is attached to nothing. */
    void createVolume(String name) {
        volumes().create(Optional.of(name), VOLUME_MIB);
        daemon.settle();
        assertThat(volumes().require(name).status()).isEqualTo(VolumeDetails.Status.ONLINE);
    }

    /** A network that no machine is on. */
    void createNetwork(String name) {
        daemon.askForNetwork(name);
        daemon.settle();
        assertThat(daemon.networks().require(name).doomed()).isFalse();
    }

    /** A file of a user's that is to be imported. */
    static VolumeUpload upload(String name, byte[] content) {
        return new VolumeUpload(
                name, Volume.Role.DATA, content.length, Optional.empty(), new ByteArrayInputStream(content));
    }

    /** What is on its disk. */
    Optional<String> readDisk(Path disk) {
        return host.files().readText(disk);
    }

    /** The file of its root volume. */
    Path disk(String name) {
        String volume = machines().require(name).volumes().getFirst().id().toString();
        return directory.volumes().resolve(volume + ".raw");
    }

    /** The process that its VMM is. */
    long vmm(String name) {
        return machines().require(name).vmmPid().orElseThrow();
    }

    /** The path of a control group of this installation's. */
    String cgroup(String leaf) {
        return "sistemo/" + daemon.installation().value() + "/" + leaf;
    }

    /** A namespace with a link of the same name, as machines have. */
    void wire(String name, String alias) {
        host.namespaces().add(name);
        host.links()
                .apply(
                        Optional.empty(),
                        List.of(
                                new LinkCommand.AddVeth(name, "eth0", name, alias),
                                new LinkCommand.SetMaster(name, Network.DEFAULT_BRIDGE)));
    }

    /** One thing of each kind that is ours, lives until a reboot, and is in no row. */
    void plantOrphans() {
        String mark = daemon.installation().mark();
        host.cgroups().create(cgroup("2b1f3c44-0000-4000-8000-00000000dead"), LIMITS);
        wire(ORPHAN, mark);
        host.links().apply(Optional.empty(), List.of(new LinkCommand.AddBridge("sistemo9", mark)));
        host.namespaces().add("sv-0ddba110");
        host.packetFilter()
                .apply(Optional.of("sv-0ddba110"), "table bridge sistemo {\n  comment \"" + mark + "\"\n}\n");
    }

    @Override
    public void close() {
        daemon.kill();
        try (Stream<Path> files = Files.walk(directory.root())) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
