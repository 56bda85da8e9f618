package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimStep;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.host.DiskFullException;
import io.sistemo.host.HostException;
import io.sistemo.operation.Operation;
import io.sistemo.operation.RefusalCode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Carries out one step about a machine's claims. */
final class ClaimWork {
    private final MachineEnvironment environment;
    private final MachineRecord record;
    private final MachineBlueprint blueprint;
    private final MachineChanges changes;
    private final Map<Long, Observation> observed;

    /** What came of a step. */
    sealed interface Result {
        /** It was done. */
        record Done() implements Result {}

        /** Something could not be made; what was made so far has to be taken back. */
        record NotBuilt(RefusalCode code, String reason) implements Result {}

        /** Something could not be observed or released; nothing else can be done than to try again. */
        record Stuck(String reason) implements Result {}
    }

    ClaimWork(
            MachineEnvironment environment,
            MachineRecord record,
            MachineBlueprint blueprint,
            MachineChanges changes,
            Map<Long, Observation> observed) {
        this.environment = environment;
        this.record = record;
        this.blueprint = blueprint;
        this.changes = changes;
        this.observed = observed;
    }

    Result carryOut(ClaimStep step) {
        return switch (step) {
            case ClaimStep.Intend intend -> {
                changes.intend(intend.keys(), blueprint);
                yield new Result.Done();
            }
            case ClaimStep.Ensure ensure -> ensure(ensure.claim());
            case ClaimStep.Confirm confirm -> {
                changes.confirm(confirm.claims());
                yield new Result.Done();
            }
            case ClaimStep.MarkReleasing mark -> {
                changes.markReleasing(mark.claims());
                yield new Result.Done();
            }
            case ClaimStep.Release release -> release(release.claim());
            case ClaimStep.Forget forget -> {
                changes.forget(forget.claims());
                yield new Result.Done();
            }
            case ClaimStep.Blocked blocked -> new Result.Stuck(blocked.reason());
            case ClaimStep.Lost lost -> throw new IllegalStateException("the machine's planner handles what was lost");
            case ClaimStep.Settled settled -> throw new IllegalStateException("the machine's planner handles this");
        };
    }

    private Result ensure(Claim claim) {
        phase(buildingPhase(claim.kind()));
        try {
            HostResource resource = blueprint.resource(claim);
            resource.ensure();
            Observation after = resource.observe();
            observed.put(claim.id(), after);
            if (after instanceof Observation.Present) {
                return new Result.Done();
            }
            return new Result.NotBuilt(RefusalCode.FAILED, reason(claim.kind(), whyGone(claim.kind())));
        } catch (DiskFullException e) {
            observed.remove(claim.id());
            return new Result.NotBuilt(
                    RefusalCode.DISK_FULL,
                    reason(
                            claim.kind(),
                            e.getMessage() + "; " + freeMib() + " MiB are free where the data directory is"));
        } catch (HostException e) {
            observed.remove(claim.id());
            return new Result.NotBuilt(RefusalCode.FAILED, reason(claim.kind(), String.valueOf(e.getMessage())));
        }
    }

    private long freeMib() {
        return environment.host().freeBytes(environment.directory().root()) >> 20;
    }

    private String whyGone(ClaimKind kind) {
        Optional<String> printed = kind == ClaimKind.VMM ? blueprint.vmmLog().lastLine() : Optional.empty();
        return "it was gone right after it was made"
                + printed.map(line -> ": " + line).orElse("");
    }

    private static String reason(ClaimKind kind, String cause) {
        return buildingPhase(kind) + " failed: " + cause;
    }

    private Result release(Claim claim) {
        phase("releasing " + noun(claim.kind()));
        try {
            HostResource resource = blueprint.resource(claim);
            resource.release();
            Observation after = resource.observe();
            observed.put(claim.id(), after);
            return switch (after) {
                case Observation.Absent absent -> new Result.Done();
                case Observation.Present present -> new Result.Stuck(noun(claim.kind()) + " could not be released");
                case Observation.Partial partial ->
                    new Result.Stuck(noun(claim.kind()) + " could not be released whole");
                case Observation.Unknown unknown -> new Result.Stuck(unknown.reason());
            };
        } catch (HostException e) {
            observed.remove(claim.id());
            return new Result.Stuck(noun(claim.kind()) + " could not be released: " + e.getMessage());
        }
    }

    private void phase(String text) {
        record.operation()
                .map(Operation::id)
                .ifPresent(operation -> environment.operations().phase(operation, text, OptionalInt.empty()));
    }

    private static String buildingPhase(ClaimKind kind) {
        return switch (kind) {
            case MACHINE_DIRECTORY -> "making its directory";
            case DISK -> "cloning the image";
            case CGROUP -> "making its cgroup";
            case MACHINE_NETWORK -> "wiring its network";
            case MACHINE_NAME -> "telling its name";
            case JAIL -> "making its jail";
            case VMM -> "starting its VMM";
            case BRIDGE, PACKET_FILTER, FIREWALL_RULE, RESOLVER, IMAGE_WORKSPACE, IMAGE_FILE -> "making " + noun(kind);
        };
    }

    private static String noun(ClaimKind kind) {
        return switch (kind) {
            case MACHINE_DIRECTORY -> "its directory";
            case DISK -> "its disk";
            case CGROUP -> "its cgroup";
            case MACHINE_NETWORK -> "its network";
            case MACHINE_NAME -> "its name";
            case JAIL -> "its jail";
            case VMM -> "its VMM";
            case BRIDGE -> "the bridge";
            case PACKET_FILTER -> "the packet filter";
            case FIREWALL_RULE -> "the rule in another firewall";
            case RESOLVER -> "the resolver";
            case IMAGE_WORKSPACE -> "the workspace";
            case IMAGE_FILE -> "the image";
        };
    }
}
