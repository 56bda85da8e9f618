package io.sistemo.daemon;

import io.sistemo.host.Host;
import io.sistemo.image.Images;
import io.sistemo.image.StoredImage;
import io.sistemo.machine.MachineRebuild;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.OperationTable;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import io.sistemo.store.InstallationTable;
import io.sistemo.store.SetAside;
import io.sistemo.volume.Volume;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Makes a new database of what lies beside the lost one. It takes the old one's place only when it is whole; a crash in
 * between leaves no database at all, and then the same is done again.
 */
final class DatabaseRebuild {
    private static final int OWNER_ONLY = 0600;

    private final DataDirectory directory;
    private final Host host;

    DatabaseRebuild(DataDirectory directory, Host host) {
        this.directory = directory;
        this.host = host;
    }

    /**
     * Rebuilds it.
     *
     * @param reason what is wrong with the old one, as a clause
     * @return the report, a line each
     * @throws io.sistemo.store.StoreException when the new one cannot be written; the old one is where it was then
     * @throws io.sistemo.host.HostException when the host cannot be observed, or the report cannot be written
     */
    List<String> run(String reason) {
        Remains remains = new RemainsSearch(directory, host).find();
        RebuildPlan plan = RebuildPlan.of(remains);
        SetAside place = new SetAside(directory, Instant.now());
        try (Database database = Database.open(place.prepare())) {
            database.write(connection -> {
                fill(connection, remains, plan);
                return Boolean.TRUE;
            });
        }
        List<String> report = report(reason, place, remains, plan);
        byte[] content = (String.join("\n", report) + "\n").getBytes(StandardCharsets.UTF_8);
        host.files().writeAtomically(place.report(), content, OWNER_ONLY, 0);
        place.replace();
        return report;
    }

    private static void fill(Connection connection, Remains remains, RebuildPlan plan) throws SQLException {
        InstallationTable.insert(connection, remains.installation());
        String bootId = remains.bootId().value();
        for (StoredImage image : remains.images()) {
            Images.record(connection, image, bootId);
        }
        MachineRebuild rebuild = new MachineRebuild(connection, remains.installation(), bootId);
        for (RebuildPlan.PlannedMachine machine : plan.machines()) {
            boolean jailed = remains.jails().contains(machine.sidecar().id());
            rebuild.add(machine.sidecar(), machine.volumes(), machine.forwards(), machine.vmm(), jailed);
        }
        for (Volume volume : plan.looseVolumes()) {
            rebuild.add(volume);
        }
        Operation operation = entry(remains.installation());
        OperationTable.begin(connection, operation);
        OperationTable.end(connection, operation.id());
    }

    /** Nobody asked for it, so it is no kind of operation; but the audit log has to say why it begins here. */
    private static Operation entry(InstallationId installation) {
        return new Operation(
                OperationId.random(),
                "database.rebuild",
                "installation",
                installation.value(),
                "database",
                OperationState.RUNNING,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Instant.now(),
                Optional.empty());
    }

    private static List<String> report(String reason, SetAside place, Remains remains, RebuildPlan plan) {
        List<String> lines = new ArrayList<>();
        lines.add("The database could not be used: " + reason + ".");
        Optional<Path> old = place.oldFile();
        lines.add(
                old.isPresent()
                        ? "It lies now in " + old.get() + ", its write-ahead log beside it; nothing was deleted."
                        : "There was no file to keep.");
        lines.add(
                "A new one was made of what lies beside it: " + plan.machines().size() + " machines, "
                        + plan.looseVolumes().size() + " volumes without a machine, "
                        + remains.images().size() + " names of images, installation "
                        + remains.installation().value() + ".");
        for (RebuildPlan.PlannedMachine machine : plan.machines()) {
            String name = machine.sidecar().name();
            lines.add(
                    machine.vmm().isPresent()
                            ? "The machine " + name + " is back; it runs and was not touched."
                            : "The machine " + name + " is back; it is stopped: 'sistemo machine start " + name
                                    + "' boots it.");
        }
        for (Volume volume : plan.looseVolumes()) {
            lines.add("The volume " + volume.name() + " (" + volume.id() + ") is back; it belongs to no machine.");
        }
        lines.addAll(plan.problems());
        lines.add(
                "Not rebuilt: the audit log, operations that were under way, networks that no machine is on, and which"
                        + " stopped machines should run.");
        lines.add("This report lies in " + place.report() + ".");
        return List.copyOf(lines);
    }
}
