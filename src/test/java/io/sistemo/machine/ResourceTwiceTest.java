package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.host.CgroupLimits;
import io.sistemo.host.Confinement;
import io.sistemo.host.FakeHost;
import io.sistemo.host.Host;
import io.sistemo.host.LaunchSpec;
import io.sistemo.host.LinkCommand;
import io.sistemo.network.Bridge;
import io.sistemo.network.FirewallRule;
import io.sistemo.network.HostFilter;
import io.sistemo.network.HostRules;
import io.sistemo.network.Ipv4;
import io.sistemo.network.MachineName;
import io.sistemo.network.MachineNetwork;
import io.sistemo.network.MachineWiring;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkLimits;
import io.sistemo.network.Resolver;
import io.sistemo.network.ResolverPlace;
import io.sistemo.network.Subnet;
import io.sistemo.store.DataDirectory;
import io.sistemo.vmm.VmmCgroup;
import io.sistemo.vmm.VmmJail;
import io.sistemo.vmm.VmmProcess;
import io.sistemo.volume.DiskSource;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeDisk;
import io.sistemo.volume.VolumeId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every host resource, in every state in which a death can leave it: made twice it is there, released twice it is gone. */
class ResourceTwiceTest {
    private static final String MARK = "sistemo:0123456789ab";
    private static final String CGROUP = "sistemo/0123456789ab/m";
    private static final CgroupLimits LIMITS = new CgroupLimits(64 << 20, 150, 66);
    private static final Network NETWORK =
            new Network(Network.DEFAULT, Network.DEFAULT_BRIDGE, Subnet.parse("10.200.0.0/24"));
    private static final MachineWiring WIRING = new MachineWiring(
            "0badcafe",
            NETWORK,
            Ipv4.parse("10.200.0.2"),
            1_900_000_000L,
            MachineEnvironment.GUEST_PORT,
            true,
            NetworkLimits.NONE,
            MARK);
    private static final Volume DOOMED = new Volume(
            new VolumeId(new UUID(3, 4)),
            "m-root",
            Volume.Role.ROOT,
            1,
            Optional.empty(),
            Optional.of("sha256:ab"),
            "5f2b3f2e-26c4-4df6-9f3a-111111111111",
            true,
            Instant.EPOCH,
            Instant.EPOCH);
    private static final MachineId MACHINE = new MachineId(new UUID(1, 2));

    private static final MachineSidecar SIDECAR = new MachineSidecar(
            1,
            "0123456789ab",
            MACHINE.toString(),
            "m",
            "tiny",
            "sha256:ab",
            1,
            256,
            1,
            "default",
            "sistemo0",
            "10.200.0.0/24",
            "10.200.0.2",
            Map.of(),
            "no",
            200_000,
            "00",
            "00",
            List.of(),
            List.of(),
            0);

    /** By class: how one is made, on a host on which {@link #prepare} put all that it needs. */
    private static final Map<Class<? extends HostResource>, Function<Host, HostResource>> RESOURCES = Map.ofEntries(
            entry(
                    MachineDirectory.class,
                    host -> new MachineDirectory(
                            host,
                            MACHINE,
                            new DataDirectory(Path.of("/data")).machine(MACHINE.toString()),
                            "known host\n",
                            SIDECAR)),
            entry(
                    VolumeDisk.class,
                    host -> new VolumeDisk(
                            host, DOOMED, Path.of("/data/volumes"), new DiskSource.ImageClone(Path.of("/data/image")))),
            entry(VmmJail.class, host -> new VmmJail(host, MACHINE.toString(), Path.of("/data/vms/jail"))),
            entry(VmmCgroup.class, host -> new VmmCgroup(host, "sistemo/0123456789ab/other", LIMITS)),
            entry(MachineNetwork.class, host -> new MachineNetwork(host, WIRING, Optional.empty())),
            entry(VmmProcess.class, host -> new VmmProcess(host, CGROUP, Optional.empty(), () -> launch(host))),
            entry(
                    Bridge.class,
                    host -> new Bridge(host, MARK, new Network("other", "sistemo1", Subnet.parse("10.201.0.0/24")))),
            entry(
                    MachineName.class,
                    host -> new MachineName(
                            host,
                            new ResolverPlace("0123456789ab", NETWORK.bridge()),
                            "0badcafe",
                            NETWORK,
                            Ipv4.parse("10.200.0.2"),
                            "m")),
            entry(
                    Resolver.class,
                    host -> new Resolver(
                            host,
                            new ResolverPlace("0123456789ab", "sistemo1"),
                            NETWORK,
                            List.of("192.0.2.53"),
                            Optional.empty())),
            entry(HostFilter.class, host -> new HostFilter(host, MARK, new HostRules(List.of(NETWORK), List.of()))),
            entry(FirewallRule.class, host -> new FirewallRule(host, "FORWARD", MARK)));

    private static final Set<Class<? extends HostResource>> PROCESSES = Set.of(VmmProcess.class, Resolver.class);

    static final List<Class<? extends HostResource>> CLASSES = List.copyOf(RESOURCES.keySet());

    private static Map.Entry<Class<? extends HostResource>, Function<Host, HostResource>> entry(
            Class<? extends HostResource> type, Function<Host, HostResource> maker) {
        return Map.entry(type, maker);
    }

    private static LaunchSpec launch(Host host) {
        Path data = Path.of("/data");
        return new LaunchSpec(
                host.cgroups().directories(CGROUP),
                "sv-vmm",
                WIRING.vmmUid(),
                List.of(),
                Confinement.LAUNCHER,
                data.resolve("disk"),
                List.of(),
                data.resolve("image"),
                data.resolve("image"),
                data.resolve("console.log"),
                data.resolve("vmm.log"),
                List.of("vmm"));
    }

    private static void prepare(FakeHost host) {
        for (String directory : List.of("/data", "/data/volumes", "/data/vms")) {
            host.files().ensureDirectory(Path.of(directory), 0700, 0);
        }
        for (String directory : List.of("/run/sistemo-0123456789ab", "/run/sistemo-0123456789ab/" + NETWORK.bridge())) {
            host.files().ensureDirectory(Path.of(directory), 0755, 0);
        }
        for (String file : List.of("image", "disk", "console.log", "vmm.log")) {
            host.files().writeAtomically(Path.of("/data", file), new byte[64], 0600, 0);
        }
        host.links()
                .apply(
                        Optional.empty(),
                        List.of(
                                new LinkCommand.AddBridge(NETWORK.bridge(), MARK),
                                new LinkCommand.SetUp(NETWORK.bridge())));
        host.packetFilter().apply(Optional.empty(), "table ip filter {\n  chain FORWARD { }\n}\n");
        host.cgroups().create(CGROUP, LIMITS);
        host.namespaces().add("sv-vmm");
    }

    /** A host on which one resource is in one state. */
    private static final class Trial {
        private final FakeHost host = new FakeHost();
        private final Function<Host, HostResource> maker;
        private final Map<String, String> contentsWithout;

        Trial(Function<Host, HostResource> maker) {
            this.maker = maker;
            prepare(host);
            contentsWithout = contents();
        }

        /** By a program of its own, which may die or see a call fail at one point; answers with the points it passed. */
        List<String> run(CrashPoints.Fault fault, Consumer<HostResource> work) {
            CrashPoints points = new CrashPoints();
            points.set(fault);
            try {
                work.accept(maker.apply(host.seenBy(points)));
            } catch (CrashPoints.Died e) {
                assertThat(points.dead()).isTrue();
            }
            return points.passed();
        }

        void ensure() {
            run(CrashPoints.Fault.NONE, HostResource::ensure);
        }

        Map<String, String> contents() {
            Map<String, String> contents = new TreeMap<>();
            host.contents()
                    .forEach((name, value) -> contents.merge(
                            name.replaceFirst("^process \\d+$", "process"),
                            value.replaceFirst("mac=[0-9a-f:]+", "mac"),
                            (one, other) -> one + " and " + other));
            return contents;
        }

        private Observation observe(HostResource resource) {
            return resource.observe();
        }

        /** In one program, which knows what it launched. */
        void ensureTwice(Map<String, String> whole) {
            run(CrashPoints.Fault.NONE, resource -> {
                resource.ensure();
                assertThat(observe(resource)).isInstanceOf(Observation.Present.class);
                resource.ensure();
                assertThat(observe(resource)).isInstanceOf(Observation.Present.class);
            });
            assertThat(contents()).isEqualTo(whole);
        }

        void releaseTwice() {
            run(CrashPoints.Fault.NONE, resource -> {
                resource.release();
                assertThat(observe(resource)).isEqualTo(Observation.ABSENT);
                resource.release();
                assertThat(observe(resource)).isEqualTo(Observation.ABSENT);
            });
            assertThat(contents()).isEqualTo(contentsWithout);
        }

        /** What a next program sees must lead it to the same end: only what is whole may look whole. */
        void requireHonest(Map<String, String> whole) {
            run(CrashPoints.Fault.NONE, resource -> {
                Observation seen = observe(resource);
                assertThat(seen).isNotInstanceOf(Observation.Unknown.class);
                if (seen instanceof Observation.Present) {
                    assertThat(contents()).as("it looks whole").isEqualTo(whole);
                } else if (seen instanceof Observation.Absent) {
                    assertThat(contents()).as("it looks gone").isEqualTo(contentsWithout);
                }
            });
        }
    }

    @Test
    void everyResourceIsTried() {
        List<String> all = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.sistemo").stream()
                        .filter(type -> type.isAssignableTo(HostResource.class) && !type.isInterface())
                        .map(JavaClass::getName)
                        .toList();
        assertThat(RESOURCES.keySet().stream().map(Class::getName).collect(Collectors.toSet()))
                .as("add a new HostResource to RESOURCES")
                .containsExactlyInAnyOrderElementsOf(all);
    }

    @ParameterizedTest
    @FieldSource("CLASSES")
    void inEveryState(Class<? extends HostResource> type) {
        Function<Host, HostResource> maker = Objects.requireNonNull(RESOURCES.get(type));
        Trial reference = new Trial(maker);
        List<String> making = reference.run(CrashPoints.Fault.NONE, HostResource::ensure);
        Map<String, String> whole = reference.contents();
        List<String> releasing = reference.run(CrashPoints.Fault.NONE, HostResource::release);
        System.out.println(type.getSimpleName() + ": " + making.size() + " states while it is made, " + releasing.size()
                + " while it is released");
        for (int point = 0; point <= making.size(); point++) {
            int number = point;
            tryState(maker, whole, trial -> trial.run(CrashPoints.Fault.deathAt(number), HostResource::ensure));
        }
        for (int point = 0; point <= releasing.size(); point++) {
            int number = point;
            tryState(maker, whole, trial -> {
                trial.ensure();
                trial.run(CrashPoints.Fault.deathAt(number), HostResource::release);
            });
        }
    }

    private static void tryState(
            Function<Host, HostResource> maker, Map<String, String> whole, Consumer<Trial> intoTheState) {
        for (boolean made : List.of(true, false)) {
            Trial trial = new Trial(maker);
            intoTheState.accept(trial);
            if (!PROCESSES.contains(maker.apply(trial.host).getClass())) {
                // A process that the ledger does not know is never whole.
                trial.requireHonest(whole);
            }
            if (made) {
                trial.ensureTwice(whole);
            } else {
                trial.releaseTwice();
            }
        }
    }
}
