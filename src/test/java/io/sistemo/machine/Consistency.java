package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.host.LinkFacts;
import io.sistemo.image.ImageNames;
import io.sistemo.image.ImageTable;
import io.sistemo.image.StoredImage;
import io.sistemo.network.ForwardTable;
import io.sistemo.network.HostFilter;
import io.sistemo.network.Ipv4;
import io.sistemo.network.LeaseTable;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkDetails;
import io.sistemo.network.NetworkTable;
import io.sistemo.network.ResolverPlace;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationTable;
import io.sistemo.vmm.VmmProcess;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What must hold whenever nothing goes on: rows, claims and the host say the same. */
final class Consistency {
    /** The table of {@link io.sistemo.host.FakeHost#startDocker}. */
    private static final String DOCKERS = "table /ip filter";

    private static final Pattern FORWARD = Pattern.compile("(?:tcp|udp) \\. [0-9]+ : [0-9.]+ \\. [0-9]+");

    private final MachineWorld world;
    private final Connection connection;
    private final Set<String> expected = new TreeSet<>();

    private Consistency(MachineWorld world, Connection connection) {
        this.world = world;
        this.connection = connection;
    }

    /** Checks all of it. */
    static void check(MachineWorld world) {
        world.daemon().database().read(connection -> {
            new Consistency(world, connection).check();
            return Boolean.TRUE;
        });
    }

    private void check() throws SQLException {
        List<Machine> machines = MachineTable.all(connection);
        assertThat(OperationTable.running(connection))
                .extracting(Operation::action)
                .isEmpty();
        assertThat(LeaseTable.byMachine(connection).keySet())
                .isEqualTo(machines.stream()
                        .map(machine -> machine.id().toString())
                        .collect(Collectors.toSet()));
        for (NetworkDetails network : NetworkTable.rows(connection)) {
            expect(network);
        }
        expected.add("PACKET_FILTER inet sistemo");
        if (isWithDocker()) {
            expected.add("FIREWALL_RULE FORWARD");
        }
        assertThat(world.host.sysctls().read("net.ipv4.ip_forward")).contains("1");
        for (Machine machine : machines) {
            expect(machine);
        }
        for (Volume volume : VolumeTable.all(connection)) {
            assertThat(volume.doomed()).as("%s is doomed", volume.name()).isFalse();
            expected.add("DISK " + volume.id());
        }
        List<StoredImage> images = ImageTable.all(connection);
        for (StoredImage image : images) {
            expected.add("IMAGE_FILE " + image.digest());
        }
        assertThat(ImageTable.nameless(connection)).as("images without a name").isEmpty();
        List<Claim> claims = ClaimTable.all(connection);
        assertThat(claims).allSatisfy(claim -> assertThat(claim.state()).isEqualTo(ClaimState.HELD));
        assertThat(claims.stream().map(claim -> claim.kind() + " " + claim.key().name()))
                .as("claims")
                .containsExactlyInAnyOrderElementsOf(expected);
        if (!images.isEmpty()) {
            expected.add("names.json");
        }
        assertThat(found()).as("what is on the host").isEqualTo(expected);
        assertThat(namesInTheCopy())
                .as("the copy of the images' names")
                .isEqualTo(images.stream().collect(Collectors.toMap(StoredImage::name, StoredImage::digest)));
        checkProcesses(claims);
        checkHolds(machines, claims);
        checkForwards(machines);
    }

    /** The host's table leads ports exactly to the machines that should run, and to their own addresses. */
    private void checkForwards(List<Machine> machines) throws SQLException {
        Set<String> wanted = new TreeSet<>();
        for (Machine machine : machines) {
            if (machine.intent() == Intent.RUNNING) {
                Ipv4 address =
                        LeaseTable.find(connection, machine.id().toString()).orElseThrow();
                ForwardTable.ofMachine(connection, machine.id().toString())
                        .forEach(forward -> wanted.add(forward.protocol().word() + " . " + forward.hostPort() + " : "
                                + address + " . " + forward.machinePort()));
            }
        }
        String table = world.host.tableText("", HostFilter.FAMILY, HostFilter.TABLE);
        Set<String> rendered =
                FORWARD.matcher(table).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
        assertThat(rendered).as("forwards in force").isEqualTo(wanted);
        assertThat(world.host.sysctls().read("net.ipv4.conf." + Network.DEFAULT_BRIDGE + ".route_localnet"))
                .contains(wanted.isEmpty() ? "0" : "1");
    }

    /** A guest stands still exactly when its row says so. */
    private void checkHolds(List<Machine> machines, List<Claim> claims) {
        for (Claim claim : claims) {
            if (claim.kind() == ClaimKind.VMM) {
                Machine machine = machines.stream()
                        .filter(candidate ->
                                candidate.id().toString().equals(claim.owner().id()))
                        .findFirst()
                        .orElseThrow();
                long vmm = VmmProcess.identity(claim.detail().orElseThrow()).pid();
                assertThat(world.host.isPaused(vmm))
                        .as("%s stands still", machine.name())
                        .isEqualTo(machine.supervision().paused());
            }
        }
    }

    private int overheadMib() {
        return world.vmm().map(vmm -> vmm.capabilities().overheadMib()).orElse(WorldDaemon.OVERHEAD_MIB);
    }

    /** Its bridge, whole and ours; and the filter knows it. */
    private void expect(NetworkDetails details) {
        assertThat(details.doomed()).as("%s is doomed", details).isFalse();
        String name = details.network().bridge();
        expected.add("BRIDGE " + name);
        expected.add("RESOLVER " + name);
        Optional<LinkFacts> bridge = world.host.links().find(Optional.empty(), name);
        assertThat(bridge)
                .hasValueSatisfying(link -> assertThat(link.up()).isTrue())
                .get()
                .extracting(LinkFacts::alias)
                .isEqualTo(Optional.of(world.daemon().installation().mark()));
        assertThat(world.host.sysctls().read("net.ipv6.conf." + name + ".disable_ipv6"))
                .contains("1");
        assertThat(world.host.tableText("", "inet", "sistemo"))
                .contains('"' + name + '"', details.network().subnet().toString());
    }

    private Map<String, String> namesInTheCopy() {
        return world.host
                .files()
                .read(world.directory.imageNames())
                .map(content -> ImageNames.parse(content).names().stream()
                        .collect(Collectors.toMap(ImageNames.Name::name, ImageNames.Name::digest)))
                .orElse(Map.of());
    }

    private void expect(Machine machine) throws SQLException {
        String cgroup = "sistemo/" + world.daemon().installation().value() + "/" + machine.id();
        assertThat(machine.intent()).isIn(Intent.RUNNING, Intent.STOPPED);
        assertThat(machine.created()).isTrue();
        expected.add("MACHINE_DIRECTORY " + machine.id());
        if (machine.intent() == Intent.RUNNING) {
            assertThat(machine.booted()).isTrue();
            assertThat(machine.supervision().waitsUntil()).isEmpty();
            expected.add("CGROUP " + cgroup);
            assertThat(world.host.contents().get("cgroup " + cgroup))
                    .as("limits")
                    .contains("memoryBytes=" + ((512L + overheadMib()) << 20));
            expected.add("VMM " + cgroup);
            expected.add("MACHINE_NETWORK sv-" + machine.shortId());
            String bridge = NetworkTable.find(connection, machine.shape().network())
                    .orElseThrow()
                    .bridge();
            expected.add("MACHINE_NAME " + bridge + "/" + machine.shortId());
            if (world.vmm().isPresent()) {
                expected.add("JAIL " + machine.id());
            }
        }
    }

    /** The fake host's contents in the words of claims. What fits no claim stays as it is, and is one too many. */
    private Set<String> found() {
        Set<String> names = world.host.contents().keySet();
        Set<String> found = new TreeSet<>();
        for (String name : names) {
            if (name.startsWith("file ")) {
                Path path = Path.of(name.substring("file ".length()));
                if (path.startsWith(world.directory.volumes()) && !path.equals(world.directory.volumes())) {
                    found.add("DISK " + String.valueOf(path.getFileName()).replaceFirst("\\.(raw|json)$", ""));
                } else if (path.startsWith(world.directory.machines()) && !path.equals(world.directory.machines())) {
                    String machine = world.directory
                            .machines()
                            .relativize(path)
                            .getName(0)
                            .toString();
                    found.add("MACHINE_DIRECTORY " + machine);
                    if (path.endsWith("jail")) {
                        found.add("JAIL " + machine);
                    }
                } else if (path.startsWith(world.directory.images()) && !path.equals(world.directory.images())) {
                    found.add(String.valueOf(path.getFileName())
                            .replaceFirst("^([0-9a-f]{64})\\.ext4$", "IMAGE_FILE sha256:$1"));
                } else if (path.startsWith(resolvers())
                        && path.getNameCount() > resolvers().getNameCount() + 1) {
                    found.add("MACHINE_NAME " + resolvers().relativize(path));
                } else if (name.contains("/image-")) {
                    found.add(name);
                }
                assertThat(name).doesNotContain("partial");
            } else if (name.matches("cgroup sistemo/[^/]+-resolvers/.+")) {
                found.add(name.replaceFirst("cgroup .*/", "RESOLVER "));
            } else if (name.matches("cgroup sistemo/[^/]+/.+")) {
                found.add(name.replaceFirst("cgroup", "CGROUP"));
            } else if (name.startsWith("namespace sv-")) {
                found.add(name.replaceFirst("namespace", "MACHINE_NETWORK"));
            } else if (name.startsWith("rule in ")) {
                found.add(name.replaceFirst("rule in ", "FIREWALL_RULE "));
            } else if (name.startsWith("table /") && !name.equals(DOCKERS)) {
                found.add(name.replaceFirst("table /", "PACKET_FILTER "));
            } else if (name.startsWith("link /sv-")) {
                found.add(name.replaceFirst("link /", "MACHINE_NETWORK "));
            } else if (name.startsWith("link /") && !name.equals("link /lo")) {
                found.add(name.replaceFirst("link /", "BRIDGE "));
            }
        }
        for (String vmm :
                expected.stream().filter(name -> name.startsWith("VMM ")).toList()) {
            if (world.host.cgroups().members(vmm.substring("VMM ".length())).size() == 1) {
                found.add(vmm);
            }
        }
        return found;
    }

    private boolean isWithDocker() {
        return world.host.contents().containsKey(DOCKERS);
    }

    private Path resolvers() {
        return ResolverPlace.directory(world.daemon().installation().value());
    }

    private void checkProcesses(List<Claim> claims) {
        Set<String> recorded = claims.stream()
                .filter(claim -> claim.kind() == ClaimKind.VMM || claim.kind() == ClaimKind.RESOLVER)
                .map(claim -> "process " + claim.detail().orElseThrow().replaceFirst(" .*", ""))
                .collect(Collectors.toSet());
        Set<String> running = world.host.contents().keySet().stream()
                .filter(name -> name.startsWith("process "))
                .collect(Collectors.toSet());
        assertThat(running).as("processes").isEqualTo(recorded);
    }
}
