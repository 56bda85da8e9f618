package io.sistemo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sistemo.api.AttachedVolume;
import io.sistemo.api.DaemonClient;
import io.sistemo.api.DaemonRefusal;
import io.sistemo.api.DeployRequest;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.Machine;
import io.sistemo.api.MachineLimits;
import io.sistemo.api.MachineList;
import io.sistemo.api.Operation;
import io.sistemo.api.PortRule;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code sistemo machine ...}, without the commands that run something in the guest. */
final class MachineCommands {
    private static final int SHOWN_ID_LENGTH = 8;
    private static final int DEFAULT_VCPUS = 2;
    private static final long DEFAULT_MEMORY_MEBIBYTES = 512;
    private static final long DEFAULT_STORAGE_MEBIBYTES = 2048;

    private MachineCommands() {}

    static int deploy(Invocation invocation, Session session) throws IOException {
        long start = System.nanoTime();
        DeployRequest request = deployRequest(invocation, session);
        Operation done = deployed(request, session);
        String took = Progress.seconds(System.nanoTime() - start);
        Machine machine;
        try {
            machine = session.client().machine(targetOf(done));
        } catch (IOException e) {
            return deployedBlindly(done, session, e);
        }
        if (session.json()) {
            session.printJson(machine);
        } else {
            session.printDetails(List.of(
                    List.of("Name", machine.name()),
                    List.of("ID", machine.id()),
                    List.of("IP", orDash(machine.ipAddress())),
                    List.of("Took", took)));
        }
        return ExitCode.OK;
    }

    /** A daemon that is told to stop finishes the deploy, and then may be gone before it is asked what came of it. */
    private static int deployedBlindly(Operation done, Session session, IOException failure) throws CommandFailed {
        String sentence = Printable.line(orEmpty(done.targetName())) + " is deployed, but cannot be shown: "
                + Sentences.of(failure);
        if (session.json()) {
            throw new CommandFailed(sentence, ExitCode.FAILED, failure);
        }
        session.terminal().say("sistemo: " + sentence);
        return ExitCode.OK;
    }

    /** An image that is not there yet is pulled first, as a user expects; the daemon itself fetches nothing unasked. */
    private static Operation deployed(DeployRequest request, Session session) throws IOException {
        try {
            return OperationWatch.run(session, true, client -> client.deploy(request));
        } catch (DaemonRefusal e) {
            String image = request.image();
            if (!e.code().equals(Optional.of(ErrorCode.NOT_FOUND))
                    || image == null
                    || ImageCommands.isPresent(image, session)) {
                throw e;
            }
            String pulled = ImageCommands.pulled(image, session);
            DeployRequest again = request.withImage(pulled);
            return OperationWatch.run(session, true, client -> client.deploy(again));
        }
    }

    private static DeployRequest deployRequest(Invocation invocation, Session session) {
        String volume = invocation.find(CommandTable.VOLUME).orElse(null);
        if ((volume == null) == invocation.arguments().isEmpty()) {
            throw new UsageError("machine deploy needs either an IMAGE or --volume VOL");
        }
        String image = volume != null
                ? null
                : ImageCommands.reference(invocation.arguments().getFirst(), session);
        Long storage = invocation.find(CommandTable.STORAGE).orElse(image == null ? null : DEFAULT_STORAGE_MEBIBYTES);
        return new DeployRequest(
                invocation.find(CommandTable.NAME).orElse(image == null ? null : ImageCommands.nameOf(image)),
                image,
                invocation.find(CommandTable.VCPUS).orElse(DEFAULT_VCPUS),
                invocation.find(CommandTable.MEMORY).orElse(DEFAULT_MEMORY_MEBIBYTES),
                storage,
                volume,
                attached(invocation),
                invocation.find(CommandTable.EXPOSE).orElse(null),
                invocation.find(CommandTable.NETWORK).orElse(null),
                null,
                null,
                invocation.find(CommandTable.RESTART).orElse(null));
    }

    private static @Nullable List<String> attached(Invocation invocation) {
        return invocation
                .find(CommandTable.ATTACH)
                .map(names -> List.of(names.split(",", -1)))
                .orElse(null);
    }

    private static String targetOf(Operation done) {
        String target = done.targetId() == null ? done.targetName() : done.targetId();
        if (target == null) {
            throw new IllegalStateException("The daemon did not say which machine it deployed.");
        }
        return target;
    }

    static int list(Invocation invocation, Session session) throws IOException {
        MachineList list = session.client().machines();
        if (session.json()) {
            session.printJson(list);
            return ExitCode.OK;
        }
        TextTable table = new TextTable("ID", "NAME", "STATUS", "IMAGE", "IP", "NETWORK", "VOLUMES", "PORTS");
        for (Machine machine : list.machines()) {
            String id = machine.id();
            table.row(
                    id.length() > SHOWN_ID_LENGTH ? id.substring(0, SHOWN_ID_LENGTH) : id,
                    machine.name(),
                    machine.status(),
                    orEmpty(machine.image()),
                    orEmpty(machine.ipAddress()),
                    machine.networkName(),
                    machine.volumes().stream().map(AttachedVolume::name).collect(Collectors.joining(",")),
                    machine.portRules().stream().map(PortRules::format).collect(Collectors.joining(",")));
        }
        session.print(table);
        return ExitCode.OK;
    }

    static int status(Invocation invocation, Session session) throws IOException {
        Machine machine = session.client().machine(invocation.arguments().getFirst());
        if (session.json()) {
            session.printJson(machine);
        } else {
            session.printDetails(details(machine));
        }
        return ExitCode.OK;
    }

    static String limits(MachineLimits limits) {
        List<String> all = new ArrayList<>();
        add(all, "receives ", limits.bandwidthMbps(), " Mbit/s");
        add(all, "sends ", limits.uploadMbps(), " Mbit/s");
        add(all, "each disk ", limits.iops(), " requests/s");
        add(all, "each disk ", limits.diskBwMbps(), " MB/s");
        return all.isEmpty() ? "none" : String.join(", ", all);
    }

    private static void add(List<String> all, String what, @Nullable Long number, String unit) {
        if (number != null) {
            all.add(what + number + unit);
        }
    }

    private static List<List<String>> details(Machine machine) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Name", machine.name()));
        rows.add(List.of("ID", machine.id()));
        String doing = machine.maintenanceOperation() == null ? "" : " (" + machine.maintenanceOperation() + ")";
        rows.add(List.of("Status", machine.status() + doing));
        if (machine.restartAt() != null) {
            rows.add(List.of("Next start", nextStart(machine.restartAt(), machine.restartAttempt(), Instant.now())));
        }
        if (machine.diagnosis() != null) {
            rows.add(List.of("Diagnosis", machine.diagnosis()));
        }
        if (machine.lastError() != null) {
            rows.add(List.of("Reason", machine.lastError()));
        }
        rows.add(List.of("Image", orDash(machine.image())));
        if (machine.imageDigest() != null) {
            rows.add(List.of("Digest", machine.imageDigest()));
        }
        rows.add(List.of("IP", orDash(machine.ipAddress())));
        rows.add(List.of("Network", machine.networkName()));
        rows.add(List.of("vCPUs", Integer.toString(machine.vcpus())));
        rows.add(List.of("Memory", Sizes.format(machine.memoryMb())));
        rows.add(List.of("Storage", Sizes.format(machine.storageMb())));
        if (machine.limits() != null) {
            rows.add(List.of("Limits", limits(machine.limits())));
        }
        rows.add(List.of("Restart", orDash(machine.restart())));
        rows.add(List.of("Namespace", orDash(machine.namespace())));
        rows.add(List.of("PID", machine.pid() == null ? "-" : machine.pid().toString()));
        rows.add(List.of("Created", machine.createdAt()));
        rows.add(List.of("Changed", machine.lastStateChange()));
        for (AttachedVolume volume : machine.volumes()) {
            rows.add(List.of(
                    "Volume", volume.name() + " (" + volume.role() + ", " + Sizes.format(volume.sizeMb()) + ")"));
        }
        for (PortRule rule : machine.portRules()) {
            rows.add(List.of("Port", PortRules.format(rule)));
        }
        machine.metadata().forEach((label, value) -> rows.add(List.of("Metadata", label + "=" + value)));
        return rows;
    }

    /** When a machine is started again that ended by itself, and which attempt that is. */
    static String nextStart(String at, @Nullable Integer attempt, Instant now) {
        Duration left = Duration.between(now, Instant.parse(at));
        String when = left.isPositive() ? "in " + Math.max(1, left.toSeconds()) + " s" : "now";
        return attempt == null || attempt < 1 ? when : when + " (attempt " + attempt + ")";
    }

    static int start(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        return change(session, "started", client -> client.start(name));
    }

    static int stop(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        return change(session, "stopped", client -> client.stop(name));
    }

    static int restart(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        return change(session, "restarted", client -> client.restart(name));
    }

    static int pause(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        return change(session, "paused", client -> client.pause(name));
    }

    static int resume(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        return change(session, "resumed", client -> client.resume(name));
    }

    static int delete(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        boolean preserve = invocation.has(CommandTable.PRESERVE_STORAGE);
        if (!session.yes()) {
            // Asked with the machine's own name, so that a prefix that means another machine is seen in time.
            DaemonClient client = session.client();
            Machine machine = client.machine(name);
            String fate = preserve ? "its root volume is kept" : "and its root volume";
            Question.requireYes(session, "Delete machine " + machine.name() + (preserve ? "; " : " ") + fate + "?");
        }
        return change(session, "deleted", client -> client.delete(name, preserve));
    }

    static int logs(Invocation invocation, Session session) throws IOException {
        byte[] log = session.client().logs(invocation.arguments().getFirst());
        if (session.terminal().outIsTerminal()) {
            // The guest chose these bytes; on a terminal they could do more than be read.
            log = Printable.text(new String(log, UTF_8)).getBytes(UTF_8);
        }
        session.out().write(log, 0, log.length);
        return ExitCode.OK;
    }

    /** Runs an operation and tells in a line, or as JSON, that it is done. */
    static int change(Session session, String done, OperationWatch.Beginning beginning) throws IOException {
        Operation ended = OperationWatch.run(session, false, beginning);
        if (session.json()) {
            session.printJson(ended);
        } else {
            String how = ended.message() == null ? "" : ": " + ended.message();
            session.out().line(Printable.line(orEmpty(ended.targetName()) + " " + done + how));
        }
        return ExitCode.OK;
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static String orDash(@Nullable String value) {
        return value == null || value.isEmpty() ? "-" : value;
    }
}
