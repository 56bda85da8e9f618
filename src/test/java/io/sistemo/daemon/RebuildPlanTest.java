package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.BootId;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.machine.ForwardSidecar;
import io.sistemo.machine.MachineSidecar;
import io.sistemo.network.Network;
import io.sistemo.network.Subnet;
import io.sistemo.store.InstallationId;
import io.sistemo.volume.VolumeSidecar;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What comes back of sidecars that contradict each other. */
class RebuildPlanTest {
    private static final BootId BOOT = new BootId("boot-1");

    private static String id(int number) {
        return String.format(java.util.Locale.ROOT, "%08d-0000-4000-8000-000000000000", number);
    }

    /** Its disk has its own number. */
    private static MachineSidecar machine(int number, String name, String address, String subnet) {
        return machine(number, name, address, subnet, List.of());
    }

    private static MachineSidecar machine(
            int number, String name, String address, String subnet, List<ForwardSidecar> forwards) {
        return machine(number, name, address, new Network("default", "sistemo0", Subnet.parse(subnet)), forwards);
    }

    private static MachineSidecar machine(int number, String name, String address, Network network) {
        return machine(number, name, address, network, List.of());
    }

    private static MachineSidecar machine(
            int number, String name, String address, Network network, List<ForwardSidecar> forwards) {
        return new MachineSidecar(
                1,
                "0123456789ab",
                id(number),
                name,
                "debian",
                "sha256:" + "ab".repeat(32),
                1,
                256,
                1024,
                network.name(),
                network.bridge(),
                network.subnet().toString(),
                address,
                Map.of(),
                "no",
                1_879_048_192L + number,
                "00".repeat(32),
                "11".repeat(32),
                List.of(id(number)),
                forwards,
                number);
    }

    private static MachineSidecar machine(int number, String name, String address) {
        return machine(number, name, address, "10.200.0.0/24");
    }

    private static VolumeSidecar root(int number, String name) {
        return new VolumeSidecar(1, id(number), name, "root", 1024, null, id(number));
    }

    private static RebuildPlan plan(
            List<MachineSidecar> machines, List<VolumeSidecar> volumes, Map<String, ProcessIdentity> vmms) {
        return RebuildPlan.of(new Remains(
                new InstallationId("0123456789ab"),
                BOOT,
                machines,
                volumes,
                List.of(),
                vmms,
                Set.of(),
                List.of("found before.")));
    }

    private static List<String> names(RebuildPlan plan) {
        return plan.machines().stream().map(machine -> machine.sidecar().name()).toList();
    }

    @Test
    void machinesTakeTheirDisksAndTheOthersComeBackLoose() {
        RebuildPlan plan = plan(
                List.of(machine(1, "b", "10.200.0.2"), machine(2, "a", "10.200.0.3")),
                List.of(root(1, "b-root"), root(2, "a-root"), root(3, "kept")),
                Map.of());
        assertThat(names(plan)).containsExactly("a", "b");
        assertThat(plan.machines().getFirst().volumes())
                .hasSize(1)
                .allSatisfy(
                        volume -> assertThat(volume.machineId().orElseThrow()).hasToString(id(2)));
        assertThat(plan.looseVolumes()).hasSize(1).allSatisfy(volume -> {
            assertThat(volume.name()).isEqualTo("kept");
            assertThat(volume.machineId()).isEmpty();
        });
        assertThat(plan.problems()).containsExactly("found before.");
    }

    @Test
    void aMachineWithoutItsRootIsReported() {
        RebuildPlan plan = plan(List.of(machine(1, "a", "10.200.0.2")), List.of(root(2, "other")), Map.of());
        assertThat(plan.machines()).isEmpty();
        assertThat(plan.problems())
                .anySatisfy(line -> assertThat(line).contains("machine a", "root volume is not there"));
        assertThat(plan.looseVolumes()).hasSize(1);
    }

    @Test
    void ofTwoThatClaimTheSameTheOneThatRunsComesBackThenTheNewerOne() {
        List<MachineSidecar> sameName = List.of(machine(1, "a", "10.200.0.2"), machine(2, "a", "10.200.0.3"));
        List<VolumeSidecar> volumes = List.of(root(1, "one"), root(2, "two"));
        assertThat(plan(sameName, volumes, Map.of())
                        .machines()
                        .getFirst()
                        .sidecar()
                        .id())
                .isEqualTo(id(2));
        ProcessIdentity vmm = new ProcessIdentity(4711, 1, BOOT);
        RebuildPlan running = plan(sameName, volumes, Map.of(id(1), vmm));
        assertThat(running.machines()).hasSize(1).allSatisfy(machine -> {
            assertThat(machine.sidecar().id()).isEqualTo(id(1));
            assertThat(machine.vmm()).contains(vmm);
        });
        assertThat(running.problems())
                .anySatisfy(line -> assertThat(line).contains(id(2), "another machine has its name a"));
        assertThat(running.looseVolumes()).hasSize(1);
        RebuildPlan sameAddress =
                plan(List.of(machine(1, "a", "10.200.0.2"), machine(2, "b", "10.200.0.2")), volumes, Map.of());
        assertThat(names(sameAddress)).containsExactly("b");
        assertThat(sameAddress.problems()).anySatisfy(line -> assertThat(line).contains("address default 10.200.0.2"));
    }

    @Test
    void aPortThatTwoClaimComesBackOnce() {
        ForwardSidecar everywhere = new ForwardSidecar("tcp", "", 8080, 80);
        ForwardSidecar atLoopback = new ForwardSidecar("tcp", "127.0.0.1", 8080, 80);
        RebuildPlan plan = plan(
                List.of(
                        machine(1, "older", "10.200.0.2", "10.200.0.0/24", List.of(everywhere)),
                        machine(2, "newer", "10.200.0.3", "10.200.0.0/24", List.of(atLoopback))),
                List.of(root(1, "one"), root(2, "two")),
                Map.of());
        assertThat(names(plan)).containsExactly("newer", "older");
        assertThat(plan.machines().getFirst().forwards()).hasSize(1);
        assertThat(plan.machines().getLast().forwards()).isEmpty();
        assertThat(plan.problems())
                .anySatisfy(line ->
                        assertThat(line).contains("machine older had the port 8080/tcp", "leads to another machine"));
    }

    @Test
    void oneNetworkHasOneSubnet() {
        RebuildPlan plan = plan(
                List.of(machine(1, "a", "10.9.0.2", "10.9.0.0/24"), machine(2, "b", "10.200.0.2")),
                List.of(root(1, "one"), root(2, "two")),
                Map.of());
        assertThat(names(plan)).containsExactly("b");
        assertThat(plan.problems()).anySatisfy(line -> assertThat(line).contains("network default is 10.200.0.0/24"));
    }

    @Test
    void machinesBringTheirNetworksUnlessThoseCollide() {
        Network blue = new Network("blue", "br-blue", Subnet.parse("10.201.0.0/24"));
        RebuildPlan plan = plan(
                List.of(
                        machine(1, "a", "10.201.0.2", blue),
                        machine(2, "b", "10.201.0.3", blue),
                        machine(3, "c", "10.200.0.2"),
                        machine(4, "d", "10.201.0.130", new Network("green", "br-g", Subnet.parse("10.201.0.128/25")))),
                List.of(root(1, "one"), root(2, "two"), root(3, "three"), root(4, "four")),
                Map.of(id(1), new ProcessIdentity(4711, 1, BOOT)));
        assertThat(names(plan)).containsExactly("a", "b", "c");
        assertThat(plan.problems())
                .anySatisfy(line -> assertThat(line).contains("d", "green", "10.201.0.128/25", "network blue"));
    }

    @Test
    void twoVolumesOfOneNameAndVmmsOfNobodyAreReported() {
        RebuildPlan plan = plan(
                List.of(),
                List.of(root(1, "same"), root(2, "same")),
                Map.of(id(9), new ProcessIdentity(4711, 1, BOOT)));
        assertThat(plan.looseVolumes()).hasSize(1);
        assertThat(plan.problems())
                .anySatisfy(line -> assertThat(line).contains("two volumes called same", id(2)))
                .anySatisfy(line -> assertThat(line).contains("A VMM runs for the machine " + id(9)));
    }
}
