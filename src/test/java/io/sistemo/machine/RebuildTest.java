package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.daemon.DatabaseOpening;
import io.sistemo.image.FakeExt4;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkTable;
import io.sistemo.network.Subnet;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The database is lost while machines run, are stopped, or are in the middle of something; they come back. */
class RebuildTest {
    /** Where the daemon dies in the middle of an operation: every other place is the same for the rows. */
    private static final int STEP = 3;

    private static final String WRITTEN = "what the guest wrote";

    /** How a database is lost. */
    enum Loss {
        DELETED {
            @Override
            void strike(Path file) throws IOException {
                for (String part : List.of("", "-wal", "-shm")) {
                    Files.deleteIfExists(Path.of(file + part));
                }
            }
        },
        EMPTIED {
            @Override
            void strike(Path file) throws IOException {
                Files.write(file, new byte[0]);
            }
        },
        OVERWRITTEN {
            @Override
            void strike(Path file) throws IOException {
                Files.writeString(file, "this is no database ".repeat(1000));
            }
        },
        TORN {
            @Override
            void strike(Path file) throws IOException {
                try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                    open.setLength(Files.size(file) / 2);
                }
            }
        };

        abstract void strike(Path file) throws IOException;
    }

    /** A world whose image comes back too: it is a filesystem. */
    private static MachineWorld world() {
        MachineWorld world = new MachineWorld();
        world.host.files().writeAtomically(world.directory.image(MachineWorld.DIGEST), FakeExt4.bytes("tiny"), 0400, 0);
        world.host
                .files()
                .writeAtomically(
                        world.directory.installationId(),
                        world.daemon().installation().value().getBytes(StandardCharsets.UTF_8),
                        0644,
                        0);
        return world;
    }

    /** Loses the database under a dead daemon and opens it as the next one does. */
    private static List<String> lose(MachineWorld world, Loss loss) throws IOException {
        world.daemon().kill();
        loss.strike(world.directory.database());
        return open(world);
    }

    private static List<String> open(MachineWorld world) {
        List<String> report = new ArrayList<>();
        try (Database database =
                DatabaseOpening.open(world.directory, world.host.files(), () -> world.host, report::add)) {
            // As its configuration lets a daemon do, whether there are machines or not.
            database.write(connection -> {
                if (NetworkTable.find(connection, Network.DEFAULT).isEmpty()) {
                    NetworkTable.insert(
                            connection,
                            new Network(Network.DEFAULT, Network.DEFAULT_BRIDGE, Subnet.parse("10.200.0.0/24")));
                }
                return Boolean.TRUE;
            });
        }
        return report;
    }

    private static List<Path> files(MachineWorld world, String part) throws IOException {
        try (Stream<Path> files = Files.list(world.directory.root())) {
            return files.filter(file -> file.toString().contains(part)).toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyMachineComesBackAsItIs(Loss loss) throws IOException {
        try (MachineWorld world = world()) {
            world.deploy("runs");
            world.deployStopped("rests");
            world.deploy("kept");
            Path kept = world.disk("kept");
            for (String name : List.of("runs", "rests", "kept")) {
                world.writeToDisk(name, WRITTEN + " on " + name);
            }
            world.machines().delete("kept", true);
            world.daemon().settle();
            long vmm = world.vmm("runs");
            MachineDetails before = world.machines().require("runs");
            InstallationId installation = world.daemon().installation();

            List<String> report = lose(world, loss);

            assertThat(report)
                    .anySatisfy(line -> assertThat(line).contains("machine runs is back", "was not touched"))
                    .anySatisfy(line -> assertThat(line).contains("machine rests is back", "it is stopped"))
                    .anySatisfy(line -> assertThat(line).contains("volume kept-root", "belongs to no machine"))
                    .anySatisfy(line -> assertThat(line).contains("Not rebuilt: the audit log"));
            if (loss != Loss.DELETED) {
                Path old = files(world, "unclean").stream()
                        .filter(file -> !file.toString().matches(".*-(wal|shm)"))
                        .findFirst()
                        .orElseThrow();
                assertThat(report).anySatisfy(line -> assertThat(line).contains(old.toString()));
            }
            String written = world.host.contents().keySet().stream()
                    .filter(name -> name.contains("/rebuilt-"))
                    .findFirst()
                    .orElseThrow();
            assertThat(world.host.files().readText(Path.of(written.substring("file ".length()))))
                    .contains(String.join("\n", report) + "\n");
            world.restart().settle();
            assertThat(world.daemon().installation()).isEqualTo(installation);
            assertThat(world.vmm("runs")).isEqualTo(vmm);
            MachineDetails after = world.machines().require("runs");
            assertThat(after.status()).isEqualTo(MachineStatus.RUNNING);
            assertThat(after)
                    .usingRecursiveComparison()
                    .ignoringFields("lastStateChange", "limits")
                    .isEqualTo(before);
            // Only the database knew what its VMM was started with.
            assertThat(before.limits()).isPresent();
            assertThat(after.limits()).isEmpty();
            assertThat(world.machines().require("rests").status()).isEqualTo(MachineStatus.STOPPED);
            assertThat(world.readDisk(world.disk("runs"))).contains(WRITTEN + " on runs");
            assertThat(world.readDisk(world.disk("rests"))).contains(WRITTEN + " on rests");
            assertThat(world.readDisk(kept)).contains(WRITTEN + " on kept");
            Consistency.check(world);
            liveOn(world);
        }
    }

    /** What came back can do all that it could. */
    private static void liveOn(MachineWorld world) throws IOException {
        assertThat(open(world)).isEmpty();
        world.machines().start("rests");
        world.machines().restart("runs");
        world.daemon().settle();
        assertThat(world.machines().list())
                .allSatisfy(machine -> assertThat(machine.status()).isEqualTo(MachineStatus.RUNNING));
        assertThat(world.readDisk(world.disk("rests"))).contains(WRITTEN + " on rests");
        world.machines().delete("rests", false);
        world.machines().delete("runs", false);
        world.daemon().settle();
        assertThat(world.machines().list()).isEmpty();
        Consistency.check(world);
    }

    @Test
    void forwardsComeBackWithTheirMachines() throws IOException {
        try (MachineWorld world = world()) {
            world.deploy("runs");
            world.deployStopped("rests");
            ForwardScenes.expose(world, "runs", 8080);
            ForwardScenes.expose(world, "rests", 8081);
            List<MachineDetails.ForwardDetails> before =
                    world.machines().require("runs").forwards();
            lose(world, Loss.DELETED);
            world.restart().settle();
            assertThat(world.machines().require("runs").forwards())
                    .isEqualTo(before)
                    .hasSize(1);
            assertThat(world.machines().require("rests").forwards()).hasSize(1);
            Consistency.check(world);
        }
    }

    @Test
    void aMachineWhoseVmmDiedOrWhoseHostRebootedMeanwhileIsStoppedAndHoldsNothing() throws IOException {
        try (MachineWorld world = world()) {
            world.deploy("runs");
            world.deploy("dies");
            long dying = world.vmm("dies");
            world.daemon().kill();
            world.host.exit(dying, 1);
            Loss.DELETED.strike(world.directory.database());
            open(world);
            world.restart().settle();
            assertThat(world.machines().require("dies").status()).isEqualTo(MachineStatus.STOPPED);
            assertThat(world.machines().require("runs").status()).isEqualTo(MachineStatus.RUNNING);
            Consistency.check(world);
            world.daemon().kill();
            Loss.DELETED.strike(world.directory.database());
            world.host.reboot();
            open(world);
            world.reboot().settle();
            assertThat(world.machines().list())
                    .hasSize(2)
                    .allSatisfy(machine -> assertThat(machine.status()).isEqualTo(MachineStatus.STOPPED));
            Consistency.check(world);
        }
    }

    @Test
    void aCrashBetweenSettingAsideAndReplacingIsMadeGoodByTheNextStart() throws IOException {
        try (MachineWorld world = world()) {
            world.deploy("runs");
            long vmm = world.vmm("runs");
            world.daemon().kill();
            Path database = world.directory.database();
            Files.move(database, Path.of(database + ".unclean-earlier"));
            Files.writeString(world.directory.newDatabase(), "half of a new one");
            assertThat(open(world)).anySatisfy(line -> assertThat(line).contains("machine runs is back"));
            assertThat(world.directory.newDatabase()).doesNotExist();
            world.restart().settle();
            assertThat(world.vmm("runs")).isEqualTo(vmm);
            Consistency.check(world);
        }
    }

    @Test
    void aLostSidecarIsWrittenAgainAndADamagedOneToo() {
        try (MachineWorld world = world()) {
            world.deploy("runs");
            Path sidecar = world.directory
                    .machine(world.machines().require("runs").id().toString())
                    .sidecar();
            Optional<String> content = world.host.files().readText(sidecar);
            long vmm = world.vmm("runs");
            world.host.files().delete(sidecar);
            world.restart().settle();
            assertThat(world.host.files().readText(sidecar)).isEqualTo(content).isPresent();
            world.host.files().writeAtomically(sidecar, "{".getBytes(StandardCharsets.UTF_8), 0600, 0);
            world.restart().settle();
            assertThat(world.host.files().readText(sidecar)).isEqualTo(content);
            assertThat(world.vmm("runs")).isEqualTo(vmm);
            Consistency.check(world);
        }
    }

    /** Its VMM runs, and what it writes is somebody's: that there is no row for it does not make it an orphan. */
    @Test
    void theReconcilerSparesAMachineThatCouldNotBeRebuilt() throws IOException {
        try (MachineWorld world = world()) {
            world.deploy("runs");
            String id = world.machines().require("runs").id().toString();
            Path sidecar = world.directory.machine(id).sidecar();
            byte[] content = world.host.files().read(sidecar).orElseThrow();
            world.host.files().writeAtomically(sidecar, "{".getBytes(StandardCharsets.UTF_8), 0600, 0);
            Map<String, String> before = withoutFiles(world);
            assertThat(lose(world, Loss.DELETED))
                    .anySatisfy(line -> assertThat(line).contains("VMM runs for the machine " + id));
            world.restart().settle();
            world.daemon().reconcile();
            assertThat(world.machines().list()).isEmpty();
            assertThat(withoutFiles(world)).isEqualTo(before);
            assertThat(world.machines().drift())
                    .hasSize(3)
                    .allSatisfy(sentence -> assertThat(sentence).endsWith("it is kept"));
            world.host.files().writeAtomically(sidecar, content, 0600, 0);
            lose(world, Loss.DELETED);
            world.restart().settle();
            assertThat(world.machines().require("runs").status()).isEqualTo(MachineStatus.RUNNING);
            assertThat(withoutFiles(world)).isEqualTo(before);
            Consistency.check(world);
        }
    }

    private static Map<String, String> withoutFiles(MachineWorld world) {
        Map<String, String> contents = new TreeMap<>(world.host.contents());
        contents.keySet().removeIf(name -> name.startsWith("file "));
        // Nobody but the ledger knows those for what they are: without it they are started anew.
        contents.keySet().removeAll(world.resolvers());
        return contents;
    }

    /** What is on the host that a rebuild must not touch: VMMs, and the bytes on disks. */
    private static Map<String, String> valuables(MachineWorld world) {
        Map<String, String> valuables = new TreeMap<>();
        for (String name : world.host.contents().keySet()) {
            if (name.startsWith("process ") && !world.resolvers().contains(name)) {
                valuables.put(name, "runs");
            } else if (name.endsWith(".raw")) {
                valuables.put(
                        name,
                        world.host
                                .files()
                                .readText(Path.of(name.substring("file ".length())))
                                .orElseThrow());
            }
        }
        return valuables;
    }

    /** The daemon dies in the middle of an operation, and the database is lost as well. */
    @ParameterizedTest
    @EnumSource
    void nothingIsHarmedWhereverAnOperationWasCutShort(CrashScenario scenario) throws IOException {
        int points = 0;
        boolean more = true;
        while (more) {
            try (MachineWorld world = world()) {
                scenario.prepare(world);
                try {
                    scenario.begin(world, CrashPoints.Fault.deathAt(points));
                } catch (CrashPoints.Died e) {
                    // Nobody got an answer.
                }
                world.daemon().settle();
                more = world.daemon().points().dead();
                points += STEP;
                Map<String, String> before = valuables(world);
                List<String> report = lose(world, Loss.DELETED);
                world.restart().settle();
                assertThat(valuables(world)).as("after point %d", points).isEqualTo(before);
                checkReport(world, report, before);
            }
        }
        assertThat(points).isGreaterThan(10);
    }

    /** Every disk is in a row or in the report; every process is a machine's. */
    private static void checkReport(MachineWorld world, List<String> report, Map<String, String> valuables) {
        String told = String.join("\n", report);
        String rows = world.machines().list().stream()
                .map(machine -> machine.volumes() + " process " + machine.vmmPid())
                .collect(Collectors.joining("\n"));
        for (String name : valuables.keySet()) {
            if (name.startsWith("process ")) {
                assertThat(rows).contains("[" + name.substring("process ".length()) + "]");
            } else {
                String file = Objects.requireNonNull(
                                Path.of(name.substring("file ".length())).getFileName())
                        .toString();
                String id = file.substring(0, file.length() - ".raw".length());
                assertThat(rows.contains(id) || told.contains(id))
                        .as("%s in\n%s\n%s", id, rows, told)
                        .isTrue();
            }
        }
    }
}
