package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.Owner;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationState;
import io.sistemo.store.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * What daemons find and do after a death in the middle of a scenario, found out by letting them die: after each step that
 * changes something. Reads between two steps change nothing, so they are no rows of their own.
 */
final class RecoveryTable {
    private static final Set<CrashScenario> OF_THE_HOST =
            Set.of(CrashScenario.DAEMON_START, CrashScenario.DAEMON_STOP, CrashScenario.REBOOT);

    private final CrashScenario scenario;

    RecoveryTable(CrashScenario scenario) {
        this.scenario = scenario;
    }

    /** One row; equal neighbours are one. */
    record Row(String step, String found, String done) {}

    /** As a table in Markdown. */
    String render() {
        StringBuilder text = new StringBuilder("### " + scenario.name() + ": " + scenario.description() + "\n\n"
                + "| the daemon dies right after | the next one finds in the ledger | and in the end there is |\n"
                + "|---|---|---|\n");
        Optional<Row> last = Optional.empty();
        for (Row row : rows()) {
            if (!last.equals(Optional.of(row))) {
                text.append("| ")
                        .append(row.step())
                        .append(" | ")
                        .append(row.found())
                        .append(" | ");
                text.append(row.done()).append(" |\n");
            }
            last = Optional.of(row);
        }
        return text.append('\n').toString();
    }

    private List<Row> rows() {
        List<String> steps = new ArrayList<>();
        try (CrashRun run = new CrashRun(scenario)) {
            run.begin((_, point) -> step(point).ifPresent(steps::add));
        }
        List<Row> rows = new ArrayList<>();
        rows.add(row("nothing", -1));
        for (int i = 0; i < steps.size(); i++) {
            rows.add(row(steps.get(i), i));
        }
        return rows;
    }

    /** What has just been changed at a point; empty when nothing has. */
    private static Optional<String> step(String point) {
        CrashPoints.Point parsed = CrashPoints.Point.parse(point);
        return switch (parsed.moment()) {
            case "step" -> Optional.of("a part of `" + parsed.call() + "`");
            case "after" ->
                parsed.changes()
                        ? Optional.of(parsed.isCommit() ? "a commit" : "`" + parsed.call() + "`")
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Row row(String step, int number) {
        AtomicInteger passed = new AtomicInteger();
        try (CrashRun run = new CrashRun(scenario)) {
            run.begin((_, point) -> {
                boolean here = number < 0 || (step(point).isPresent() && passed.getAndIncrement() == number);
                if (here) {
                    throw new CrashPoints.Died(point);
                }
            });
            run.world().daemon().kill();
            String found = found(run.world());
            run.world().restart().settle();
            run.check();
            return new Row(step, found, done(run));
        }
    }

    /** Not what is there all the time. */
    private boolean isToldOf(Claim claim) {
        boolean ofAllMachines = claim.key().name().equals(MachineWorld.DIGEST)
                || claim.kind() == ClaimKind.RESOLVER
                || (!OF_THE_HOST.contains(scenario) && claim.owner().equals(Owner.HOST));
        return claim.state() != ClaimState.HELD || !ofAllMachines;
    }

    private String found(MachineWorld world) {
        try (Database database = Database.open(world.directory.database())) {
            Map<ClaimState, String> claims = database.read(ClaimTable::all).stream()
                    .filter(this::isToldOf)
                    .collect(Collectors.groupingBy(
                            Claim::state,
                            TreeMap::new,
                            Collectors.mapping(
                                    claim -> noun(claim.kind()),
                                    Collectors.collectingAndThen(
                                            Collectors.toCollection(java.util.TreeSet::new),
                                            nouns -> String.join(", ", nouns)))));
            return claims.isEmpty()
                    ? "nothing"
                    : claims.entrySet().stream()
                            .map(entry ->
                                    "**" + entry.getKey().name().toLowerCase(Locale.ROOT) + "** " + entry.getValue())
                            .collect(Collectors.joining("; "));
        }
    }

    private static String noun(ClaimKind kind) {
        return switch (kind) {
            case BRIDGE -> "bridge";
            case PACKET_FILTER -> "packet filter";
            case FIREWALL_RULE -> "rule in another firewall";
            case RESOLVER -> "resolver";
            case IMAGE_WORKSPACE -> "workspace";
            case IMAGE_FILE -> "image";
            case MACHINE_DIRECTORY -> "directory";
            case DISK -> "disk";
            case CGROUP -> "cgroup";
            case MACHINE_NETWORK -> "network";
            case MACHINE_NAME -> "name";
            case JAIL -> "jail";
            case VMM -> "VMM";
        };
    }

    private String done(CrashRun run) {
        String seen = String.join(", ", run.world().seen());
        String state = seen.isEmpty() ? "nothing" : seen;
        if (scenario.kind().isEmpty()) {
            return state;
        }
        Optional<Operation> operation = run.operation();
        if (operation.isEmpty()) {
            return "as before; it was not accepted: " + state;
        }
        return operation.get().state() == OperationState.SUCCEEDED ? "done: " + state : "taken back: " + state;
    }
}
