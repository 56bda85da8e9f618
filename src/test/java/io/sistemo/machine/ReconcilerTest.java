package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.HostException;
import io.sistemo.host.LinkCommand;
import io.sistemo.network.Network;
import io.sistemo.volume.VolumeDetails;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to things on the host that the ledger does not know, and to what it knows and the host does not have. */
class ReconcilerTest {

    private MachineWorld world = new MachineWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private void reconcile() {
        world.daemon().reconcile();
    }

    private String link(String name) {
        return "sv-" + world.machines().require(name).id().toString().substring(0, 8);
    }

    private Map<String, String> withoutFiles() {
        Map<String, String> contents = new TreeMap<>(world.host.contents());
        contents.keySet().removeIf(name -> name.startsWith("file "));
        return contents;
    }

    private void plantWhatIsNotOurs() {
        world.host.cgroups().create("sistemo/ffffffffffff/2b1f3c44-0000-4000-8000-00000000beef", MachineWorld.LIMITS);
        world.wire("sv-0123abcd", "sistemo:ffffffffffff");
        world.wire("sv-0000abcd", "somebody");
        world.host.namespaces().add("sv-11111111");
        world.host.namespaces().add("theirs");
        world.host.links().apply(Optional.empty(), List.of(new LinkCommand.AddBridge("br7", "somebody")));
    }

    @Test
    void orphansAreRemovedAndNothingElseIs() {
        world.deploy("m");
        world.deployStopped("idle");
        plantWhatIsNotOurs();
        Map<String, String> before = withoutFiles();
        world.plantOrphans();
        assertThat(world.machines().drift()).hasSize(4).allMatch(sentence -> sentence.contains("no machine holds it"));
        reconcile();
        assertThat(withoutFiles()).isEqualTo(before);
        assertThat(world.machines().drift()).isEmpty();
    }

    @Test
    void orphansAreRemovedWhenADaemonStarts() {
        world.deploy("m");
        Map<String, String> before = withoutFiles();
        world.plantOrphans();
        world.restart().settle();
        assertThat(withoutFiles()).isEqualTo(before);
        Consistency.check(world);
    }

    /** As after an older copy of the database was put back, in which the machine was stopped. */
    @Test
    void whatHasTheNameOfAMachineIsReleasedByItsDriver() {
        world.deployStopped("m");
        Map<String, String> before = withoutFiles();
        world.wire(link("m"), world.daemon().installation().mark());
        world.host
                .cgroups()
                .create(world.cgroup(world.machines().require("m").id().toString()), MachineWorld.LIMITS);
        assertThat(world.machines().drift()).hasSize(2);
        reconcile();
        assertThat(withoutFiles()).isEqualTo(before);
        assertThat(world.machines().drift()).isEmpty();
        Consistency.check(world);
    }

    /** As after an older copy of the database was put back, which does not know a machine that was deployed since. */
    @Test
    void whatBelongsToAMachineWhoseDirectoryIsThereIsKept() {
        String id = "0bad0bad-0000-4000-8000-00000000dead";
        world.plantOrphans();
        world.host.cgroups().create(world.cgroup(id), MachineWorld.LIMITS);
        world.host.files().ensureDirectory(world.directory.machines().resolve(id), 0700, 0);
        assertThat(world.machines().drift())
                .filteredOn(sentence -> sentence.contains("is of a machine"))
                .hasSize(2);
        reconcile();
        assertThat(world.host.contents().keySet())
                .anyMatch(name -> name.contains(world.cgroup(id)))
                .anyMatch(name -> name.contains(MachineWorld.ORPHAN))
                .noneMatch(name -> name.contains("2b1f3c44"))
                .noneMatch(name -> name.contains("sv-0ddba110"));
        assertThat(world.machines().drift()).hasSize(2).allMatch(sentence -> sentence.endsWith("it is kept"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "links.list",
                "namespaces.list",
                "namespaces.inspect",
                "cgroups.list",
                "processes.aliveAmong",
                "files.list",
                "files.readInEach",
                "bootId"
            })
    void whatCannotBeListedIsNotTakenForGone(String call) {
        world.deploy("m");
        world.deployStopped("idle");
        world.plantOrphans();
        Map<String, String> before = world.host.contents();
        long vmm = world.vmm("m");
        List<String> struck = new ArrayList<>();
        for (String moment : List.of("before ", "after ")) {
            world.daemon().points().set((_, point) -> {
                if (point.startsWith(moment + call + " ")) {
                    struck.add(point);
                    throw new HostException("cannot be listed");
                }
            });
            reconcile();
            world.daemon().points().set(CrashPoints.Fault.NONE);
            assertThat(world.host.contents()).isEqualTo(before);
            assertThat(world.vmm("m")).isEqualTo(vmm);
        }
        assertThat(struck).hasSizeGreaterThanOrEqualTo(2);
        world.daemon().heal();
        assertThat(world.machines().require("m").status()).isEqualTo(MachineStatus.RUNNING);
        assertThat(world.vmm("m")).isEqualTo(vmm);
        Consistency.check(world);
    }

    @ParameterizedTest
    @ValueSource(strings = {"links.list", "namespaces.list", "cgroups.list", "processes.aliveAmong"})
    void aDaemonThatCannotListAtItsStartLooksAtEachMachine(String call) {
        world.deploy("m");
        world.deploy("dies");
        long vmm = world.vmm("m");
        long dying = world.vmm("dies");
        world.daemon().kill();
        world.host.exit(dying, 1);
        world.restart((_, point) -> {
                    if (point.startsWith("before " + call + " ")) {
                        throw new HostException("cannot be listed");
                    }
                })
                .settle();
        assertThat(world.vmm("m")).isEqualTo(vmm);
        assertThat(world.machines().require("m").status()).isEqualTo(MachineStatus.RUNNING);
        assertThat(world.machines().require("dies").status()).isEqualTo(MachineStatus.FAILED);
    }

    @Test
    void aVmmThatDiedMeanwhileIsNeverSaidToRun() {
        world.deploy("m");
        long vmm = world.vmm("m");
        world.daemon().kill();
        world.host.exit(vmm, 1);
        // At once, before any driver has come to look.
        assertThat(world.restart().machines().require("m").status()).isNotEqualTo(MachineStatus.RUNNING);
        world.daemon().settle();
        assertThat(world.machines().require("m").status()).isEqualTo(MachineStatus.FAILED);
    }

    private void takeAway(String what) {
        String name = link("m");
        switch (what) {
            case "link" -> world.host.links().delete(Optional.empty(), name);
            case "master" -> world.host.links().delete(Optional.empty(), Network.DEFAULT_BRIDGE);
            case "inner bridge" -> world.host.links().delete(Optional.of(name), "br0");
            case "table" -> world.host.packetFilter().deleteTable(Optional.of(name), "bridge", "sistemo");
            case "namespace" -> world.host.namespaces().delete(name);
            default -> throw new IllegalArgumentException(what);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"link", "master", "inner bridge", "table", "namespace"})
    void whatSomebodyTookFromARunningMachineIsMadeAgain(String what) {
        world.deploy("m");
        long vmm = world.vmm("m");
        Map<String, String> before = withoutFiles();
        takeAway(what);
        assertThat(withoutFiles()).isNotEqualTo(before);
        assertThat(world.machines().drift()).hasSize(1).allMatch(sentence -> sentence.startsWith("m: "));
        reconcile();
        world.daemon().heal();
        assertThat(withoutFiles()).containsAllEntriesOf(withoutMac(before));
        assertThat(world.vmm("m")).isEqualTo(vmm);
        assertThat(world.machines().require("m").status()).isEqualTo(MachineStatus.RUNNING);
        assertThat(world.machines().drift()).isEmpty();
    }

    /** A link that was made again has another address. */
    private static Map<String, String> withoutMac(Map<String, String> contents) {
        Map<String, String> result = new TreeMap<>(contents);
        result.keySet().removeIf(name -> name.startsWith("link "));
        return result;
    }

    @Test
    void aTapThatWasDeletedIsToldSinceOnlyARestartMendsIt() {
        world.deploy("m");
        long vmm = world.vmm("m");
        world.host.links().delete(Optional.of(link("m")), "tap0");
        reconcile();
        assertThat(world.machines().require("m").status()).isEqualTo(MachineStatus.ERROR);
        assertThat(world.machines().require("m").error().orElseThrow()).contains("sistemo machine restart m");
        assertThat(world.machines().drift().getFirst()).contains("tap").contains("sistemo machine restart m");
        assertThat(world.vmm("m")).isEqualTo(vmm);
        world.machines().restart("m");
        world.daemon().settle();
        assertThat(world.machines().require("m").status()).isEqualTo(MachineStatus.RUNNING);
        assertThat(world.machines().drift()).isEmpty();
        Consistency.check(world);
    }

    @Test
    void aLostDiskIsToldAndNothingIsMadeInItsPlace() {
        world.deployStopped("m");
        Path disk = world.disk("m");
        world.host.disks().delete(disk);
        assertThat(world.machines().drift().getFirst()).contains("volume").contains("is not whole");
        reconcile();
        assertThat(world.volumes().require("m-root").status()).isEqualTo(VolumeDetails.Status.ERROR);
        world.machines().start("m");
        world.daemon().settle();
        assertThat(world.machines().require("m").error().orElseThrow()).contains("m-root", "put " + disk + " back");
        assertThat(world.host.disks().find(disk)).isEmpty();
    }

    @Test
    void afterARebootFewMachinesBootAtATime() {
        int places = BootQueue.ofThisHost().places();
        for (int i = 0; i < places + 3; i++) {
            world.deploy("m" + i);
        }
        world.guests.setSilent(true);
        world.reboot().await(() -> processes() == places && world.machines().idle());
        assertThat(processes()).isEqualTo(places);
        // Who asks for one does not wait for the others.
        world.machines().list().stream()
                .filter(machine -> machine.vmmPid().isEmpty())
                .limit(1)
                .forEach(machine -> world.machines().start(machine.name()));
        world.daemon().await(() -> processes() == places + 1 && world.machines().idle());
        world.guests.setSilent(false);
        world.restart().settle();
        assertThat(world.machines().list()).allMatch(machine -> machine.status() == MachineStatus.RUNNING);
        Consistency.check(world);
    }

    /** Of VMMs. */
    private long processes() {
        return world.host.contents().keySet().stream()
                .filter(name ->
                        name.startsWith("process ") && !world.resolvers().contains(name))
                .count();
    }

    /** So that a thousand machines cost little more than one: looks at single things would be as many as there are machines. */
    @Test
    void thereAreAsManyCallsForManyMachinesAsForOne() {
        world.deploy("m0");
        int calls = callsOfAComparison();
        for (int i = 1; i < 6; i++) {
            world.deploy("m" + i);
            world.deployStopped("idle" + i);
        }
        assertThat(callsOfAComparison()).isEqualTo(calls);
        world.restart();
        assertThat(world.daemon().points().passed().stream().filter(point -> point.startsWith("before ")))
                .as("a start")
                .hasSizeLessThan(calls + 6 + 4);
    }

    private int callsOfAComparison() {
        world.daemon().points().set(CrashPoints.Fault.NONE);
        reconcile();
        return (int) world.daemon().points().passed().stream()
                .filter(point -> point.startsWith("before "))
                .count();
    }
}
