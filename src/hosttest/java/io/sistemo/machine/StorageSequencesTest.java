package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.ProgramCall;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.volume.VolumeDetails;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of what users do with volumes, on the real kernel, against a model: after every step rows, claims, files
 * with their content, and the locks of running machines say what the model says. {@code -Dstorage.sequences=N} and {@code
 * -Dstorage.seed=S} ask for more, or for one again.
 */
@Tag("hosttest")
class StorageSequencesTest {
    private static final int SEQUENCES = Integer.getInteger("storage.sequences", 200);
    private static final long SEED = Long.getLong("storage.seed", 20_261_122);
    private static final int STEPS = 8;
    private static final List<String> MACHINES = List.of("m", "n");
    private static final List<String> DISKS = List.of("x", "y", "z", "m-root", "n-root");

    private final StorageModel model = new StorageModel();
    private final List<String> steps = new ArrayList<>();

    /** What a step asks of the program; empty when it is no operation. */
    private interface Request {
        OperationId make() throws Exception;
    }

    @Test
    void everyStepLeavesAllInAgreement() throws Exception {
        try (StorageHost host = new StorageHost()) {
            for (int i = 0; i < SEQUENCES; i++) {
                steps.clear();
                steps.add("seed " + (SEED + i));
                run(host, new Random(SEED + i));
            }
        }
    }

    private void run(StorageHost host, Random random) throws Exception {
        try {
            for (int i = 0; i < STEPS; i++) {
                step(host, random);
                agree(host);
            }
            for (String machine : List.copyOf(model.machines.keySet())) {
                did(
                        host,
                        model.remove(machine, true),
                        "remove " + machine,
                        () -> host.machines().delete(machine, true));
            }
            for (String disk : List.copyOf(model.disks.keySet())) {
                did(
                        host,
                        model.delete(disk),
                        "delete " + disk,
                        () -> host.volumes().delete(disk));
            }
            agree(host);
        } catch (AssertionError e) {
            throw new AssertionError("after " + steps + ": " + e.getMessage(), e);
        }
    }

    private void step(StorageHost host, Random random) throws Exception {
        int choice = random.nextInt(13);
        if (choice < 6) {
            stepOfVolumes(host, random, choice);
        } else {
            stepOfMachines(host, random, choice);
        }
    }

    private void stepOfVolumes(StorageHost host, Random random, int choice) throws Exception {
        String disk = DISKS.get(random.nextInt(DISKS.size()));
        String other = DISKS.get(random.nextInt(3));
        int sizeMib = 16 + random.nextInt(32);
        if (choice < 2) {
            did(
                    host,
                    model.create(other, sizeMib),
                    "create " + other,
                    () -> host.volumes().create(Optional.of(other), sizeMib));
        } else if (choice == 2) {
            did(
                    host,
                    model.resize(disk, sizeMib),
                    "resize " + disk + " " + sizeMib,
                    () -> host.volumes().resize(disk, sizeMib));
        } else if (choice == 3) {
            did(host, model.delete(disk), "delete " + disk, () -> host.volumes().delete(disk));
        } else if (choice == 4) {
            did(
                    host,
                    model.copy(disk, other),
                    "clone " + disk + " " + other,
                    () -> host.volumes().copy(disk, other));
        } else if (random.nextInt(4) == 0) {
            steps.add("restart the daemon");
            host.restart();
        } else {
            OptionalLong mark = model.write(disk, random);
            if (mark.isPresent()) {
                steps.add("write to " + disk);
                write(host, disk, mark.getAsLong());
            }
        }
    }

    private void stepOfMachines(StorageHost host, Random random, int choice) throws Exception {
        String machine = MACHINES.get(random.nextInt(MACHINES.size()));
        String disk = DISKS.get(random.nextInt(DISKS.size()));
        int sizeMib = 16 + random.nextInt(32);
        boolean preserve = random.nextBoolean();
        if (choice == 6) {
            did(
                    host,
                    model.deploy(machine, sizeMib),
                    "deploy " + machine,
                    () -> host.machines()
                            .deploy(spec(
                                    machine, new DeploySpec.Boot.OfImage(StorageHost.IMAGE), OptionalInt.of(sizeMib))));
        } else if (choice == 7) {
            did(
                    host,
                    model.deployOn(machine, disk),
                    "deploy " + machine + " on " + disk,
                    () -> host.machines()
                            .deploy(spec(machine, new DeploySpec.Boot.OfVolume(disk), OptionalInt.empty())));
        } else if (choice == 8) {
            did(
                    host,
                    model.run(machine, true),
                    "start " + machine,
                    () -> host.machines().start(machine));
        } else if (choice == 9) {
            did(
                    host,
                    model.run(machine, false),
                    "stop " + machine,
                    () -> host.machines().stop(machine));
        } else if (choice == 10) {
            did(
                    host,
                    model.remove(machine, preserve),
                    "remove " + machine + " " + preserve,
                    () -> host.machines().delete(machine, preserve));
        } else if (choice == 11) {
            boolean done = model.attach(machine, disk, StorageHost.DATA_PLACES);
            did(
                    host,
                    done,
                    "attach " + machine + " " + disk,
                    () -> host.machines().attach(machine, disk));
        } else {
            did(
                    host,
                    model.detach(machine, disk),
                    "detach " + machine + " " + disk,
                    () -> host.machines().detach(machine, disk));
        }
    }

    private static DeploySpec spec(String name, DeploySpec.Boot boot, OptionalInt storageMib) {
        return new DeploySpec(
                Optional.of(name),
                boot,
                OptionalInt.of(1),
                OptionalInt.of(64),
                storageMib,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    /** Does what the model has done already, or is refused as the model did. */
    private void did(StorageHost host, boolean expected, String what, Request request) throws Exception {
        steps.add(what + (expected ? "" : " (refused)"));
        Operation ended;
        try {
            ended = host.end(request.make());
        } catch (Refusal e) {
            assertThat(expected).as("%s was refused: %s", what, e.sentence()).isFalse();
            return;
        }
        assertThat(ended.state()).as("%s: %s", what, ended.error()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(expected).as("%s was not refused", what).isTrue();
    }

    /** The first bytes of ext4 belong to boot loaders, and to nobody here. */
    private static void write(StorageHost host, String disk, long mark) throws IOException {
        Path file = host.volumes().require(disk).file();
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.writeLong(mark);
        }
    }

    private static long mark(Path file) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            return open.readLong();
        }
    }

    private void agree(StorageHost host) throws Exception {
        Map<String, VolumeDetails> rows = new TreeMap<>();
        host.volumes().list().forEach(details -> rows.put(details.volume().name(), details));
        assertThat(rows.keySet()).isEqualTo(model.disks.keySet());
        Set<String> files = new TreeSet<>();
        for (Map.Entry<String, VolumeDetails> row : rows.entrySet()) {
            StorageModel.Disk disk = Objects.requireNonNull(model.disks.get(row.getKey()));
            VolumeDetails details = row.getValue();
            assertThat(details.machineName()).as(row.getKey()).isEqualTo(model.holder(row.getKey()));
            assertThat(details.status())
                    .as(row.getKey())
                    .isEqualTo(
                            details.machineName().isPresent()
                                    ? VolumeDetails.Status.ATTACHED
                                    : VolumeDetails.Status.ONLINE);
            assertThat(details.volume().sizeMib()).as(row.getKey()).isEqualTo(disk.sizeMib);
            assertThat(Files.size(details.file())).as(row.getKey()).isEqualTo((long) disk.sizeMib << 20);
            assertThat(mark(details.file())).as(row.getKey()).isEqualTo(disk.mark);
            assertThat(isLocked(details.file())).as("lock of %s", row.getKey()).isEqualTo(!model.atRest(row.getKey()));
            files.add(details.volume().id() + ".raw");
            files.add(details.volume().id() + ".json");
        }
        try (Stream<Path> present = Files.list(host.directory().volumes())) {
            assertThat(present.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrderElementsOf(files);
        }
        claimsAgree(host, rows);
        machinesAgree(host);
    }

    private static void claimsAgree(StorageHost host, Map<String, VolumeDetails> rows) {
        List<Claim> claims = host.database().read(connection -> ClaimTable.ofKind(connection, ClaimKind.DISK));
        assertThat(claims).allMatch(claim -> claim.state() == ClaimState.HELD);
        Set<String> ids = new HashSet<>();
        rows.values().forEach(details -> ids.add(details.volume().id().toString()));
        assertThat(claims.stream().map(claim -> claim.key().name())).containsExactlyInAnyOrderElementsOf(ids);
    }

    private void machinesAgree(StorageHost host) {
        Map<String, List<String>> seen = new TreeMap<>();
        for (MachineDetails machine : host.machines().list()) {
            // Its VMM is a stand-in that opens no tap, of which users would be told.
            String status = machine.vmmPid().isPresent() ? "RUNNING" : String.valueOf(machine.status());
            seen.put(
                    machine.name() + " " + status,
                    machine.volumes().stream()
                            .map(MachineDetails.VolumeDetails::name)
                            .toList());
        }
        Map<String, List<String>> expected = new TreeMap<>();
        model.machines.forEach((name, box) ->
                expected.put(name + " " + (box.running ? "RUNNING" : "STOPPED"), List.copyOf(box.disks.values())));
        assertThat(seen).isEqualTo(expected);
    }

    private static boolean isLocked(Path file) {
        int taken = 1;
        return new LinuxPrograms()
                        .run(ProgramCall.of("flock", "--nonblock", file.toString(), "true"))
                        .exitCode()
                == taken;
    }
}
