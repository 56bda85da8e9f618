package io.sistemo.cli;

import io.sistemo.api.Operation;
import io.sistemo.api.Volume;
import io.sistemo.api.VolumeList;
import io.sistemo.api.VolumeRecovery;
import io.sistemo.api.VolumeRequest;
import io.sistemo.cli.Command.Arguments;
import io.sistemo.cli.Command.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code sistemo volume ...} and {@code sistemo machine volume ...}. */
final class VolumeCommands {
    private static final String GROUP = "volume";
    private static final String OF_MACHINE = "machine volume";

    static final Command CREATE = new Command(
            GROUP,
            "create",
            List.of(),
            "Make a data volume with an empty ext4 file system",
            "Sizes are 512, 512MB, 2G or 2GB; a bare number is MB. It takes room only as it is filled.",
            new Arguments("SIZE", 1, 1, false, Kind.WORD),
            List.of(CommandTable.VOLUME_NAME),
            List.of("sistemo volume create 2G --name appdata"),
            VolumeCommands::create);

    static final Command LIST = new Command(
            GROUP,
            "list",
            CommandTable.LIST_ALIASES,
            "List volumes",
            "",
            Arguments.NONE,
            List.of(),
            List.of(),
            VolumeCommands::list);

    static final Command SHOW = new Command(
            GROUP,
            "show",
            List.of("status", "info"),
            "Show all about a volume",
            "",
            Arguments.VOLUME,
            List.of(),
            List.of(),
            VolumeCommands::show);

    static final Command RESIZE = new Command(
            GROUP,
            "resize",
            List.of(),
            "Make a volume larger",
            "Its machine must be stopped. The file system grows at the guest's next boot by itself.",
            new Arguments("NAME SIZE", 2, 2, false, Kind.VOLUME),
            List.of(),
            List.of("sistemo volume resize web-root 10GB"),
            VolumeCommands::resize);

    static final Command DELETE = new Command(
            GROUP,
            "delete",
            CommandTable.DELETE_ALIASES,
            "Delete a volume with all that is on it",
            "It must not be attached. Asks first; without a terminal it needs -y.",
            Arguments.VOLUME,
            List.of(),
            List.of("sistemo volume delete appdata -y"),
            VolumeCommands::delete);

    static final Command CLONE = new Command(
            GROUP,
            "clone",
            List.of(),
            "Make a copy of a volume",
            "Its machine must be stopped. The copy's file system has an id of its own.",
            new Arguments("NAME COPY", 2, 2, false, Kind.VOLUME),
            List.of(),
            List.of("sistemo volume clone appdata appdata-copy"),
            VolumeCommands::copy);

    static final Command RECOVER = new Command(
            GROUP,
            "recover",
            List.of(),
            "Take up volumes that the database does not know",
            "After the database was lost or replaced by an older one. Nothing is deleted. Exits with 1 when something is left.",
            Arguments.NONE,
            List.of(),
            List.of(),
            VolumeCommands::recover);

    static final Command ATTACH = new Command(
            OF_MACHINE,
            "attach",
            List.of(),
            "Attach a volume to a stopped machine, as its last disk",
            "The guest finds it as /dev/vdb and so on, and by its UUID and label.",
            new Arguments("MACHINE VOLUME", 2, 2, false, Kind.MACHINE),
            List.of(),
            List.of("sistemo machine volume attach web appdata"),
            VolumeCommands::attach);

    static final Command DETACH = new Command(
            OF_MACHINE,
            "detach",
            List.of(),
            "Detach a volume from a stopped machine",
            "The volume and all that is on it are kept.",
            new Arguments("MACHINE VOLUME", 2, 2, false, Kind.MACHINE),
            List.of(),
            List.of("sistemo machine volume detach web appdata"),
            VolumeCommands::detach);

    private VolumeCommands() {}

    private static int create(Invocation invocation, Session session) throws IOException {
        long size = size(invocation.arguments().getFirst());
        String name = invocation.find(CommandTable.VOLUME_NAME).orElse(null);
        Operation ended =
                OperationWatch.run(session, true, client -> client.createVolume(new VolumeRequest(name, size)));
        return told(ended, "created", session);
    }

    private static int list(Invocation invocation, Session session) throws IOException {
        VolumeList list = session.client().volumes();
        if (session.json()) {
            session.printJson(list);
            return ExitCode.OK;
        }
        TextTable table = new TextTable("NAME", "SIZE", "STATUS", "ATTACHED TO", "TYPE");
        for (Volume volume : list.volumes()) {
            table.row(
                    volume.name(),
                    Sizes.format(volume.sizeMb()),
                    status(volume),
                    orEmpty(volume.machineName()),
                    volume.role());
        }
        session.print(table);
        return ExitCode.OK;
    }

    private static String status(Volume volume) {
        return volume.status().equals("online") ? "detached" : volume.status();
    }

    private static int show(Invocation invocation, Session session) throws IOException {
        Volume volume = session.client().volume(invocation.arguments().getFirst());
        if (session.json()) {
            session.printJson(volume);
        } else {
            session.printDetails(details(volume));
        }
        return ExitCode.OK;
    }

    private static List<List<String>> details(Volume volume) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Name", volume.name()));
        rows.add(List.of("ID", volume.id()));
        rows.add(List.of("Status", status(volume)));
        if (volume.lastError() != null) {
            rows.add(List.of("Reason", volume.lastError()));
        }
        rows.add(List.of("Type", volume.role()));
        rows.add(List.of("Size", Sizes.format(volume.sizeMb())));
        Long allocatedBytes = volume.allocatedBytes();
        rows.add(List.of("Really used", allocatedBytes == null ? "-" : Sizes.format(allocatedBytes >> 20)));
        String machine = orEmpty(volume.machineName());
        rows.add(List.of("Attached to", machine.isEmpty() ? "-" : machine));
        rows.add(List.of("Filesystem", volume.filesystemUuid()));
        rows.add(List.of("File", volume.path()));
        rows.add(List.of("Created", volume.created()));
        rows.add(List.of("Changed", volume.lastStateChange()));
        return rows;
    }

    private static int resize(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        long size = size(invocation.arguments().get(1));
        return told(OperationWatch.run(session, false, client -> client.resizeVolume(name, size)), "resized", session);
    }

    private static int delete(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        if (!session.yes()) {
            // Asked with the volume's own name, so that a prefix that means another volume is seen in time.
            Volume volume = session.client().volume(name);
            Question.requireYes(session, "Delete volume " + volume.name() + " and all that is on it?");
        }
        return MachineCommands.change(session, "deleted", client -> client.deleteVolume(name));
    }

    private static int copy(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        String copy = invocation.arguments().get(1);
        Operation ended = OperationWatch.run(session, true, client -> client.cloneVolume(name, copy));
        if (session.json()) {
            session.printJson(session.client().volume(copy));
        } else {
            session.out().line(Printable.line(orEmpty(ended.targetName()) + " cloned to " + copy));
        }
        return ExitCode.OK;
    }

    private static int recover(Invocation invocation, Session session) throws IOException {
        VolumeRecovery recovery = session.client().recoverVolumes();
        if (session.json()) {
            session.printJson(recovery);
        } else {
            for (Volume volume : recovery.adopted()) {
                session.out().line(Printable.line(volume.name() + " taken up: " + volume.id()));
            }
            for (Volume volume : recovery.grown()) {
                session.out().line(Printable.line(volume.name() + " has " + Sizes.format(volume.sizeMb())));
            }
            if (recovery.adopted().isEmpty() && recovery.grown().isEmpty()) {
                session.out().line("nothing to take up");
            }
        }
        for (String problem : recovery.problems()) {
            session.terminal().say("sistemo: " + Printable.line(problem));
        }
        return recovery.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static int attach(Invocation invocation, Session session) throws IOException {
        String machine = invocation.arguments().getFirst();
        String volume = invocation.arguments().get(1);
        Operation ended = OperationWatch.run(session, false, client -> client.attachVolume(machine, volume));
        return told(ended, "attached to " + machine, session);
    }

    private static int detach(Invocation invocation, Session session) throws IOException {
        String machine = invocation.arguments().getFirst();
        String volume = invocation.arguments().get(1);
        Operation ended = OperationWatch.run(session, false, client -> client.detachVolume(machine, volume));
        return told(ended, "detached from " + machine, session);
    }

    /** Tells what became of a volume: a line, or the volume itself as JSON. */
    private static int told(Operation ended, String done, Session session) throws IOException {
        if (session.json()) {
            session.printJson(session.client().volume(orEmpty(ended.targetId())));
        } else {
            session.out().line(Printable.line(orEmpty(ended.targetName()) + " " + done));
        }
        return ExitCode.OK;
    }

    private static long size(String text) {
        try {
            return Sizes.parseMebibytes(text);
        } catch (IllegalArgumentException e) {
            throw new UsageError(String.valueOf(e.getMessage()));
        }
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }
}
