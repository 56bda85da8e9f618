package io.sistemo.daemon;

import io.sistemo.host.ProcessIdentity;
import io.sistemo.machine.MachineSidecar;
import io.sistemo.network.Forward;
import io.sistemo.network.Network;
import io.sistemo.volume.Attachment;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeSidecar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Decides what comes back of what was found. Pure. No two things may claim the same name, address or disk; where two do, the
 * one whose VMM runs is right, then the newer one, and the other is reported.
 */
final class RebuildPlan {
    private final Remains remains;
    private final List<PlannedMachine> machines = new ArrayList<>();
    private final List<Volume> loose = new ArrayList<>();
    private final List<String> problems;
    private final Map<String, VolumeSidecar> freeVolumes = new LinkedHashMap<>();
    private final List<Forward> forwards = new ArrayList<>();
    private final Map<String, Network> networks = new HashMap<>();
    /** What is taken, each with its sort in front. */
    private final Set<String> taken = new HashSet<>();

    /**
     * A machine that comes back.
     *
     * @param sidecar what it is
     * @param volumes its disks, the root among them
     * @param forwards those whose ports no other machine has
     * @param vmm its VMM, when it runs
     */
    record PlannedMachine(
            MachineSidecar sidecar, List<Volume> volumes, List<Forward> forwards, Optional<ProcessIdentity> vmm) {}

    private RebuildPlan(Remains remains) {
        this.remains = remains;
        this.problems = new ArrayList<>(remains.problems());
    }

    /** The plan for what was found. */
    static RebuildPlan of(Remains remains) {
        RebuildPlan plan = new RebuildPlan(remains);
        plan.chooseVolumes();
        remains.machines().stream()
                .sorted(Comparator.comparing(
                                (MachineSidecar machine) -> !remains.vmms().containsKey(machine.id()))
                        .thenComparing(MachineSidecar::createdAtMillis, Comparator.reverseOrder()))
                .forEach(plan::add);
        plan.freeVolumes.values().forEach(sidecar -> plan.loose.add(sidecar.toVolume(Optional.empty())));
        plan.machines.sort(Comparator.comparing(machine -> machine.sidecar().name()));
        remains.vmms().keySet().stream()
                .filter(id -> plan.machines.stream()
                        .noneMatch(machine -> machine.sidecar().id().equals(id)))
                .sorted()
                .forEach(id -> plan.problems.add("A VMM runs for the machine " + id + ", which could not come back."));
        return plan;
    }

    /** Machines that come back, by name. */
    List<PlannedMachine> machines() {
        return List.copyOf(machines);
    }

    /** Volumes that come back without a machine. */
    List<Volume> looseVolumes() {
        return List.copyOf(loose);
    }

    /** What does not come back, a sentence each. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    private void chooseVolumes() {
        for (VolumeSidecar sidecar : remains.volumes()) {
            try {
                sidecar.toVolume(Optional.empty());
            } catch (IllegalArgumentException e) {
                problems.add("The sidecar of the volume " + sidecar.id() + " makes no sense: " + e.getMessage() + ".");
                continue;
            }
            if (taken.add("volume " + sidecar.name())) {
                freeVolumes.put(sidecar.id(), sidecar);
            } else {
                problems.add("There are two volumes called " + sidecar.name() + "; " + sidecar.id() + " stays aside.");
            }
        }
    }

    private void add(MachineSidecar sidecar) {
        Optional<String> obstacle = obstacle(sidecar);
        if (obstacle.isPresent()) {
            problems.add("The machine " + sidecar.name() + " (" + sidecar.id() + ") did not come back: "
                    + obstacle.get() + ".");
            return;
        }
        keys(sidecar).forEach(taken::add);
        networks.putIfAbsent(sidecar.networkName(), sidecar.toNetwork());
        UUID id = UUID.fromString(sidecar.id());
        List<Volume> volumes = new ArrayList<>();
        for (int place = Attachment.ROOT_SLOT; place < sidecar.volumes().size(); place++) {
            String volume = sidecar.volumes().get(place);
            Attachment attachment = new Attachment(id, place);
            Optional.ofNullable(freeVolumes.remove(volume))
                    .ifPresentOrElse(
                            found -> volumes.add(found.toVolume(Optional.of(attachment))),
                            () -> problems.add("The machine " + sidecar.name() + " had a volume " + volume
                                    + ", which did not come back."));
        }
        machines.add(new PlannedMachine(
                sidecar,
                List.copyOf(volumes),
                forwards(sidecar),
                Optional.ofNullable(remains.vmms().get(sidecar.id()))));
    }

    private List<Forward> forwards(MachineSidecar sidecar) {
        List<Forward> free = new ArrayList<>();
        for (Forward forward : sidecar.toForwards()) {
            if (forwards.stream().noneMatch(forward::excludes)) {
                forwards.add(forward);
                free.add(forward);
            } else {
                problems.add("The machine " + sidecar.name() + " had the port " + forward.hostEnd()
                        + ", which leads to another machine.");
            }
        }
        return List.copyOf(free);
    }

    private Optional<String> obstacle(MachineSidecar sidecar) {
        boolean hasRoot = sidecar.volumes().stream().limit(1).anyMatch(freeVolumes::containsKey);
        if (!hasRoot) {
            return Optional.of("its root volume is not there");
        }
        Network network = networks.getOrDefault(sidecar.networkName(), sidecar.toNetwork());
        if (!network.equals(sidecar.toNetwork())) {
            return Optional.of("its network " + network.name() + " is " + network.subnet() + " for others");
        }
        for (Network other : networks.values()) {
            boolean collides =
                    other.subnet().overlaps(network.subnet()) || other.bridge().equals(network.bridge());
            if (!other.name().equals(network.name()) && collides) {
                return Optional.of("its network " + network.name() + " of " + network.subnet()
                        + " is in the way of the network " + other.name() + " of " + other.subnet());
            }
        }
        return keys(sidecar).stream().filter(taken::contains).findFirst().map(key -> "another machine has its " + key);
    }

    private static List<String> keys(MachineSidecar sidecar) {
        return List.of(
                "name " + sidecar.name(),
                "short id " + sidecar.id().substring(0, 8),
                "address " + sidecar.networkName() + " " + sidecar.address(),
                "user " + sidecar.vmmUid());
    }
}
