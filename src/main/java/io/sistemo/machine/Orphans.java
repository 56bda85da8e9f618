package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.Observation;
import io.sistemo.claim.Owner;
import io.sistemo.claim.OwnerType;
import io.sistemo.claim.Releasable;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.CgroupLimits;
import io.sistemo.host.HostException;
import io.sistemo.host.NamespaceFacts;
import io.sistemo.network.OrphanLink;
import io.sistemo.network.OrphanName;
import io.sistemo.store.ConstraintException;
import io.sistemo.vmm.VmmCgroup;
import io.sistemo.vmm.VmmJail;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Things on the host that bear our mark, live until a reboot, and are in no row: as after an older copy of the database was put
 * back. Each is taken into the ledger first, to be released, so that no driver makes one of the same name meanwhile and the next
 * daemon goes on where this one died. What has the name of a machine that has a row becomes that machine's, whose driver releases
 * it. What does not bear our mark is never touched. Nothing durable is among them, and what belongs to a machine whose directory
 * is there is not either, though no row be: its guest may hold the only copy of what somebody needs.
 */
final class Orphans {
    private static final Logger LOGGER = System.getLogger(Orphans.class.getName());
    private static final Owner OWNER = new Owner(OwnerType.HOST, "orphans");
    private static final Pattern MACHINE = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Comparator<ResourceKey> ORDER =
            Comparator.comparing(ResourceKey::kind).thenComparing(ResourceKey::name);
    /** They are only released. */
    private static final CgroupLimits NO_LIMITS = new CgroupLimits(0, 0, 0);

    private final MachineEnvironment environment;

    Orphans(MachineEnvironment environment) {
        this.environment = environment;
    }

    /**
     * What was seen and nobody holds.
     *
     * @param removable what nobody can want back
     * @param kept what belongs to machines that only the database has forgotten
     */
    record Found(Set<ResourceKey> removable, Set<ResourceKey> kept) {}

    /** Those among what was seen. Pure. */
    static Found find(Ledger ledger, HostSurvey survey, String mark) {
        Set<String> forgotten = new HashSet<>(survey.machineDirectories());
        ledger.machines().forEach(machine -> forgotten.remove(machine.id().toString()));
        Set<ResourceKey> removable = new TreeSet<>(ORDER);
        Set<ResourceKey> kept = new TreeSet<>(ORDER);
        for (ResourceKey key : unheld(ledger, survey, mark)) {
            (isOfOne(forgotten, key) ? kept : removable).add(key);
        }
        return new Found(removable, kept);
    }

    private static boolean isOfOne(Set<String> machines, ResourceKey key) {
        String name = key.name();
        return switch (key.kind()) {
            case CGROUP -> machines.contains(name.substring(name.lastIndexOf('/') + 1));
            case JAIL -> machines.contains(name);
            case MACHINE_NETWORK, MACHINE_NAME ->
                machines.stream().anyMatch(machine -> machine.startsWith(shortId(name)));
            case BRIDGE,
                    PACKET_FILTER,
                    FIREWALL_RULE,
                    RESOLVER,
                    IMAGE_WORKSPACE,
                    IMAGE_FILE,
                    MACHINE_DIRECTORY,
                    DISK,
                    VMM -> false;
        };
    }

    /** After {@code sv-}, or after the bridge. */
    private static String shortId(String name) {
        return name.substring(Math.max(name.lastIndexOf('/'), name.indexOf("sv-") + 2) + 1);
    }

    private static Set<ResourceKey> unheld(Ledger ledger, HostSurvey survey, String mark) {
        Set<ResourceKey> found = new HashSet<>();
        survey.cgroups().forEach(path -> found.add(VmmCgroup.key(path)));
        survey.jails().forEach(machine -> found.add(VmmJail.key(machine)));
        survey.names().forEach(name -> found.add(new ResourceKey(ClaimKind.MACHINE_NAME, name)));
        survey.links().values().stream()
                .filter(link -> link.alias().equals(Optional.of(mark)))
                .forEach(link -> found.add(new ResourceKey(kind(link.name()), link.name())));
        survey.insides().forEach((name, inside) -> {
            if (bears(inside, mark)) {
                found.add(new ResourceKey(ClaimKind.MACHINE_NETWORK, name));
            }
        });
        found.removeIf(ledger::holds);
        return found;
    }

    private static ClaimKind kind(String link) {
        return HostSurvey.NAMESPACE.matcher(link).matches() ? ClaimKind.MACHINE_NETWORK : ClaimKind.BRIDGE;
    }

    private static boolean bears(NamespaceFacts inside, String mark) {
        return inside.table().filter(table -> table.comment().equals(mark)).isPresent()
                || inside.links().stream().anyMatch(link -> link.alias().equals(Optional.of(mark)));
    }

    /**
     * Removes what was found, and what an earlier daemon did not come to remove.
     *
     * @return machines whose drivers have something to release now
     */
    Set<MachineId> remove(Set<ResourceKey> found) {
        Set<MachineId> machines = new HashSet<>();
        found.forEach(key -> adopt(key).ifPresent(machines::add));
        for (Claim claim : environment.database().read(connection -> ClaimTable.ofOwner(connection, OWNER))) {
            try {
                remove(claim);
            } catch (HostException e) {
                LOGGER.log(
                        Level.WARNING,
                        "the {0} {1}, which no machine holds, cannot be removed: {2}",
                        noun(claim.key()),
                        claim.key().name(),
                        e.getMessage());
            }
        }
        return machines;
    }

    private Optional<MachineId> adopt(ResourceKey key) {
        String bootId = environment.host().bootId().value();
        try {
            return environment.database().write(connection -> {
                Optional<MachineId> machine = machineNamedIn(connection, key);
                ClaimTable.adopt(connection, machine.map(MachineRecord::owner).orElse(OWNER), key, bootId);
                return machine;
            });
        } catch (ConstraintException e) {
            LOGGER.log(Level.DEBUG, "somebody came to hold " + key.name() + " meanwhile", e);
            return Optional.empty();
        }
    }

    private static Optional<MachineId> machineNamedIn(Connection connection, ResourceKey key) throws SQLException {
        String name = key.name();
        if (key.kind() == ClaimKind.MACHINE_NETWORK || key.kind() == ClaimKind.MACHINE_NAME) {
            return MachineTable.ofShortId(connection, shortId(name));
        }
        String last = name.substring(name.lastIndexOf('/') + 1);
        boolean isNamedAfterOne = key.kind() == ClaimKind.CGROUP || key.kind() == ClaimKind.JAIL;
        return isNamedAfterOne && MACHINE.matcher(last).matches()
                ? MachineTable.find(connection, MachineId.parse(last)).map(Machine::id)
                : Optional.empty();
    }

    private void remove(Claim claim) {
        Releasable resource = resource(claim.key());
        switch (resource.observe()) {
            case Observation.Present _, Observation.Partial _ -> {
                LOGGER.log(
                        Level.WARNING,
                        "removing the {0} {1}, which no machine holds",
                        noun(claim.key()),
                        claim.key().name());
                resource.release();
            }
            case Observation.Unknown unknown -> throw new HostException(unknown.reason());
            case Observation.Absent _ -> {
                // Only the row is left.
            }
        }
        if (resource.observe() instanceof Observation.Absent) {
            environment.database().write(connection -> {
                ClaimTable.forget(connection, claim);
                return claim;
            });
        }
    }

    private Releasable resource(ResourceKey key) {
        return switch (key.kind()) {
            case CGROUP -> new VmmCgroup(environment.host(), key.name(), NO_LIMITS);
            case JAIL ->
                new VmmJail(
                        environment.host(),
                        key.name(),
                        environment.directory().machine(key.name()).jail());
            case MACHINE_NAME ->
                new OrphanName(environment.host(), environment.installation().value(), key.name());
            case MACHINE_NETWORK, BRIDGE ->
                new OrphanLink(
                        environment.host(),
                        key.kind(),
                        key.name(),
                        environment.installation().mark());
            case PACKET_FILTER, FIREWALL_RULE, RESOLVER, IMAGE_WORKSPACE, IMAGE_FILE, MACHINE_DIRECTORY, DISK, VMM ->
                throw new IllegalStateException("never an orphan: " + key);
        };
    }

    /** For people. */
    static String noun(ResourceKey key) {
        return switch (key.kind()) {
            case CGROUP -> "cgroup";
            case JAIL -> "jail of";
            case MACHINE_NETWORK -> "namespace or link";
            case MACHINE_NAME -> "name";
            case BRIDGE -> "link";
            case PACKET_FILTER, FIREWALL_RULE, RESOLVER, IMAGE_WORKSPACE, IMAGE_FILE, MACHINE_DIRECTORY, DISK, VMM ->
                throw new IllegalStateException("never an orphan: " + key);
        };
    }
}
