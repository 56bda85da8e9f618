package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.Lifetime;
import io.sistemo.host.NamespaceFacts;
import io.sistemo.network.MachineNetwork;
import io.sistemo.vmm.VmmProcess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where the ledger and the host agree, and where not. Pure. */
final class Findings {
    private static final Set<ClaimKind> OF_A_RUNNING_MACHINE =
            Set.of(ClaimKind.CGROUP, ClaimKind.MACHINE_NETWORK, ClaimKind.MACHINE_NAME, ClaimKind.VMM);

    private final Ledger ledger;
    private final HostSurvey survey;
    private final String bootId;
    private final String mark;
    private final Set<MachineId> unsettled = new HashSet<>();
    private final Map<MachineId, String> drift = new LinkedHashMap<>();

    private Findings(Ledger ledger, HostSurvey survey, String bootId, String mark) {
        this.ledger = ledger;
        this.survey = survey;
        this.bootId = bootId;
        this.mark = mark;
    }

    /**
     * Compares the two.
     *
     * @param survey taken after the ledger was read
     * @param mark what our links and tables carry
     */
    static Findings of(Ledger ledger, HostSurvey survey, String bootId, String mark) {
        Findings findings = new Findings(ledger, survey, bootId, mark);
        for (Standing machine : ledger.machines()) {
            if (findings.isUnsettled(machine)) {
                findings.unsettled.add(machine.id());
                continue;
            }
            List<String> faults = findings.faults(machine);
            if (!faults.isEmpty()) {
                findings.drift.put(machine.id(), machine.name() + ": " + String.join(", ", faults));
            }
        }
        return findings;
    }

    /** Machines on their way to what they should be, whose drivers have to do. */
    Set<MachineId> unsettled() {
        return unsettled;
    }

    /** A sentence for each machine that has arrived, by what the ledger says, and of which the host says something else. */
    Map<MachineId, String> drift() {
        return drift;
    }

    private boolean isUnsettled(Standing machine) {
        if (ledger.isBusy(machine.id())) {
            return true;
        }
        Set<ClaimKind> untilReboot = EnumSet.noneOf(ClaimKind.class);
        for (Claim claim : ledger.claims(machine.id())) {
            if (claim.state() != ClaimState.HELD || claim.isStale(bootId)) {
                return true;
            }
            // Whether its VMM has a jail is a matter of the VMM.
            boolean isOfEveryVmm = claim.kind() != ClaimKind.JAIL || machine.intent() != Intent.RUNNING;
            if (claim.kind().lifetime() == Lifetime.UNTIL_REBOOT && isOfEveryVmm) {
                untilReboot.add(claim.kind());
            }
        }
        return switch (machine.intent()) {
            case RUNNING -> !machine.booted() || !untilReboot.equals(OF_A_RUNNING_MACHINE);
            case STOPPED -> !untilReboot.isEmpty();
            case RESTARTING, GONE -> true;
        };
    }

    private List<String> faults(Standing machine) {
        List<String> faults = new ArrayList<>();
        ledger.claims(machine.id()).forEach(claim -> fault(claim, machine).ifPresent(faults::add));
        return faults;
    }

    private Optional<String> fault(Claim claim, Standing machine) {
        String name = claim.key().name();
        return switch (claim.kind()) {
            case MACHINE_DIRECTORY -> directoryFault(name, machine);
            case DISK ->
                unless(
                        survey.volumeFiles().contains(name + ".raw")
                                && survey.volumeFiles().contains(name + ".json"),
                        "its volume " + name + " is not whole");
            case CGROUP -> unless(survey.cgroups().contains(name), "its cgroup is gone");
            case VMM ->
                unless(
                        claim.detail()
                                .map(VmmProcess::identity)
                                .filter(survey.alive()::contains)
                                .isPresent(),
                        "its VMM does not run");
            case MACHINE_NETWORK -> networkFault(name, machine);
            case MACHINE_NAME -> unless(survey.names().contains(name), "its name is gone");
            case JAIL -> unless(survey.jails().contains(name), "its jail is gone");
            case BRIDGE, PACKET_FILTER, FIREWALL_RULE, RESOLVER, IMAGE_WORKSPACE, IMAGE_FILE -> Optional.empty();
        };
    }

    private Optional<String> directoryFault(String name, Standing machine) {
        if (!survey.machineDirectories().contains(name)) {
            return Optional.of("its directory is gone");
        }
        byte[] written = survey.sidecars().get(name);
        return unless(
                Arrays.equals(written, ledger.sidecar(machine.id())),
                "its sidecar is " + (written == null ? "gone" : "not what its rows say"));
    }

    private Optional<String> networkFault(String name, Standing machine) {
        if (!survey.namespaces().contains(name)) {
            return Optional.of("its namespace " + name + " has lost its name");
        }
        NamespaceFacts inside = survey.insides().get(name);
        if (inside == null) {
            return Optional.of("its namespace " + name + " cannot be looked into");
        }
        return MachineNetwork.fault(
                        machine.bridge(),
                        mark,
                        Optional.ofNullable(survey.links().get(name)),
                        inside)
                .or(() -> unless(MachineNetwork.isTapOpen(inside), lostTap(machine.name())));
    }

    /** What only a restart can mend: a VMM opens its tap when it starts, and never again. */
    static String lostTap(String name) {
        return "its VMM has lost its tap, which somebody deleted: 'sistemo machine restart " + name
                + "' gives it another";
    }

    private static Optional<String> unless(boolean isSo, String fault) {
        return isSo ? Optional.empty() : Optional.of(fault);
    }
}
