package io.sistemo.daemon;

import io.sistemo.host.Files;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.image.ImageDigest;
import io.sistemo.image.ImageFile;
import io.sistemo.image.ImageFiles;
import io.sistemo.image.ImageNames;
import io.sistemo.image.StoredImage;
import io.sistemo.machine.MachineRebuild;
import io.sistemo.machine.MachineSidecar;
import io.sistemo.operation.Refusal;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.InstallationId;
import io.sistemo.volume.VolumeSidecar;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Looks for what an installation has left beside its database. Reads only. */
final class RemainsSearch {
    private static final String SIDECAR = ".json";
    private static final String DISK = ".raw";
    private static final int SHOWN_DIGITS = 12;

    private final DataDirectory directory;
    private final Host host;
    private final List<String> problems = new ArrayList<>();

    RemainsSearch(DataDirectory directory, Host host) {
        this.directory = directory;
        this.host = host;
    }

    /** Whether anything shows that there was a database here. */
    static boolean any(DataDirectory directory, Files files) {
        return files.read(directory.installationId()).isPresent()
                || files.read(directory.imageNames()).isPresent()
                || !files.list(directory.volumes()).isEmpty()
                || !files.list(directory.machines()).isEmpty();
    }

    /**
     * All of it.
     *
     * @throws HostException when the host cannot be observed
     */
    Remains find() {
        List<MachineSidecar> machines = machines();
        InstallationId installation = installation(machines);
        List<VolumeSidecar> volumes = volumes();
        List<StoredImage> images = images(machines);
        Map<String, ProcessIdentity> vmms = vmms(installation);
        Set<String> jails = host.files().thoseWith(directory.machines(), DataDirectory.MachineFiles.JAIL);
        return new Remains(installation, host.bootId(), machines, volumes, images, vmms, jails, problems);
    }

    /** The copy, else what most machines say, else a new one: then there is nothing that bears the old one. */
    private InstallationId installation(List<MachineSidecar> machines) {
        Optional<String> copy =
                host.files().readText(directory.installationId()).map(String::strip);
        try {
            if (copy.isPresent()) {
                return new InstallationId(copy.get());
            }
        } catch (IllegalArgumentException e) {
            problems.add("The installation's id in " + directory.installationId() + " is damaged.");
        }
        Map<String, Integer> votes = new HashMap<>();
        machines.forEach(machine -> votes.merge(machine.installation(), 1, Integer::sum));
        return votes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(vote -> new InstallationId(vote.getKey()))
                .orElseGet(InstallationId::random);
    }

    private List<MachineSidecar> machines() {
        List<MachineSidecar> found = new ArrayList<>();
        for (String name : host.files().list(directory.machines())) {
            read(
                            "machine",
                            name,
                            host.files().read(directory.machine(name).sidecar()),
                            MachineSidecar::parse,
                            MachineSidecar::id)
                    .ifPresent(found::add);
        }
        return found;
    }

    private List<VolumeSidecar> volumes() {
        List<VolumeSidecar> found = new ArrayList<>();
        List<String> names = host.files().list(directory.volumes());
        for (String name : names) {
            if (name.endsWith(DISK) && !names.contains(stem(name, DISK) + SIDECAR)) {
                problems.add(
                        "The disk volumes/" + name + " has no sidecar: nobody knows whose it is, and it stays there.");
            }
            if (!name.endsWith(SIDECAR)) {
                continue;
            }
            String id = stem(name, SIDECAR);
            Optional<VolumeSidecar> sidecar = read(
                    "volume",
                    id,
                    host.files().read(directory.volumes().resolve(name)),
                    VolumeSidecar::parse,
                    VolumeSidecar::id);
            if (sidecar.isEmpty()) {
                continue;
            }
            if (host.disks().find(directory.volumes().resolve(id + DISK)).isPresent()) {
                found.add(sidecar.get());
            } else {
                problems.add("The volume " + sidecar.get().name() + " (" + id + ") has no disk any more.");
            }
        }
        return found;
    }

    private <T> Optional<T> read(
            String what, String id, Optional<byte[]> content, Function<byte[], T> parse, Function<T, String> idOf) {
        if (content.isEmpty()) {
            problems.add("The " + what + " " + id + " has no sidecar.");
            return Optional.empty();
        }
        try {
            T sidecar = parse.apply(content.get());
            if (idOf.apply(sidecar).equals(id)) {
                return Optional.of(sidecar);
            }
            problems.add("The sidecar of the " + what + " " + id + " is another's: " + idOf.apply(sidecar) + ".");
        } catch (IllegalArgumentException e) {
            problems.add("The sidecar of the " + what + " " + id + " cannot be used: " + e.getMessage() + ".");
        }
        return Optional.empty();
    }

    private List<StoredImage> images(List<MachineSidecar> machines) {
        List<StoredImage> found = new ArrayList<>();
        List<ImageNames.Name> names = names();
        ImageFiles files = new ImageFiles(host.disks(), host.files(), directory.images());
        for (ImageDigest digest : files.list()) {
            try {
                ImageFile file = files.find(digest).orElseThrow();
                List<StoredImage> rows = names.stream()
                        .filter(known -> known.digest().equals(digest.toString()))
                        .map(known -> known.toRow(file))
                        .toList();
                found.addAll(rows.isEmpty() ? List.of(unnamed(file, machines, found)) : rows);
            } catch (Refusal e) {
                problems.add("The image " + digest + " cannot be used: " + e.sentence());
            }
        }
        return found;
    }

    private List<ImageNames.Name> names() {
        try {
            return host.files()
                    .read(directory.imageNames())
                    .map(content -> ImageNames.parse(content).names())
                    .orElse(List.of());
        } catch (IllegalArgumentException e) {
            problems.add("The images' names in " + directory.imageNames() + " cannot be used: " + e.getMessage() + ".");
            return List.of();
        }
    }

    /** An image without a name would be deleted, which nobody asked for. */
    private StoredImage unnamed(ImageFile file, List<MachineSidecar> machines, List<StoredImage> found) {
        String digest = file.digest().toString();
        String name = machines.stream()
                .filter(machine -> machine.imageDigest().equals(digest))
                .max(Comparator.comparingLong(MachineSidecar::createdAtMillis))
                .map(MachineSidecar::image)
                .filter(wanted -> found.stream().noneMatch(row -> row.name().equals(wanted)))
                .orElse("recovered-" + file.digest().hex().substring(0, SHOWN_DIGITS));
        problems.add("The name of the image " + digest + " is not known; it is called " + name + " now.");
        return new ImageNames.Name(name, digest, "recovered", Instant.now().toEpochMilli()).toRow(file);
    }

    /** In a cgroup of ours there is one VMM; it is the one that started first, and what it started has a higher number. */
    private Map<String, ProcessIdentity> vmms(InstallationId installation) {
        Map<String, ProcessIdentity> found = new HashMap<>();
        for (String machine : host.cgroups().list(MachineRebuild.cgroups(installation))) {
            host.cgroups().members(MachineRebuild.cgroup(installation, machine)).stream()
                    .flatMap(pid -> host.processes().identify(pid).stream())
                    .min(Comparator.comparingLong(ProcessIdentity::startTicks).thenComparingLong(ProcessIdentity::pid))
                    .ifPresent(vmm -> found.put(machine, vmm));
        }
        return found;
    }

    private static String stem(String name, String ending) {
        return name.substring(0, name.length() - ending.length());
    }
}
