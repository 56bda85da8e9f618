package io.sistemo.volume;

import io.sistemo.host.DiskFacts;
import io.sistemo.host.HostException;
import io.sistemo.host.PartialFile;
import io.sistemo.operation.OperationTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where the directory of volumes and the rows disagree. Looks only.
 *
 * @param strays disks that have no row
 * @param larger volumes whose disk is larger than their row says
 * @param problems sentences about what nobody can mend by taking it up
 */
record VolumeInventory(List<VolumeId> strays, List<Volume> larger, List<String> problems) {
    private static final String ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
    private static final Pattern DISK = Pattern.compile(ID + Pattern.quote(VolumeDisk.SUFFIX));
    private static final Pattern SIDECAR = Pattern.compile(ID + Pattern.quote(VolumeDisk.SIDECAR_SUFFIX));

    /**
     * Looks. Files come first: a row is there before its file is, and goes after it.
     *
     * @throws HostException when the directory cannot be listed
     */
    static VolumeInventory take(VolumeEnvironment environment) {
        Path directory = environment.directory().volumes();
        Set<String> names = new HashSet<>(environment.host().files().list(directory));
        record Rows(List<Volume> volumes, boolean busy) {}
        Rows rows = environment
                .database()
                .read(connection -> new Rows(
                        VolumeTable.all(connection),
                        !OperationTable.running(connection).isEmpty()));
        Map<VolumeId, Volume> known =
                rows.volumes().stream().collect(Collectors.toMap(Volume::id, Function.identity()));
        List<VolumeId> strays = new ArrayList<>();
        List<Volume> larger = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        // Once more: what was deleted meanwhile has lost its file before its row.
        names.retainAll(environment.host().files().list(directory));
        for (String name : names) {
            Matcher disk = DISK.matcher(name);
            if (disk.matches() && !known.containsKey(VolumeId.parse(disk.group(1)))) {
                strays.add(VolumeId.parse(disk.group(1)));
            } else if (!disk.matches()
                    && !name.startsWith(".")
                    && !SIDECAR.matcher(name).matches()) {
                problems.add("the file " + name + " among the volumes has no volume's name; it is kept");
            }
        }
        for (Volume volume : rows.volumes()) {
            look(environment, volume).accept(volume, larger, problems);
        }
        if (!rows.busy()) {
            unfinished(names, known).forEach(problems::add);
            sidecarsAlone(names, known).forEach(problems::add);
        }
        return new VolumeInventory(List.copyOf(strays), List.copyOf(larger), List.copyOf(problems));
    }

    /** All of it as sentences. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>(problems);
        strays.forEach(id -> sentences.add("the disk " + id + VolumeDisk.SUFFIX + " is no volume's"));
        larger.forEach(volume -> sentences.add("the disk of the volume " + volume.name() + " is larger than known"));
        return List.copyOf(sentences);
    }

    /** What was seen of one volume's disk. */
    private interface Finding {
        void accept(Volume volume, List<Volume> larger, List<String> problems);
    }

    private static Finding look(VolumeEnvironment environment, Volume volume) {
        Path file = VolumeDisk.file(environment.directory().volumes(), volume.id());
        try {
            Optional<DiskFacts> facts = environment.host().disks().find(file);
            if (facts.isEmpty()) {
                return (_, _, problems) -> problems.add("the disk of the volume " + volume.name() + " is gone: put "
                        + file + " back, or delete the volume");
            }
            long mebibytes = facts.get().sizeBytes() >> 20;
            if (mebibytes < volume.sizeMib()) {
                return (_, _, problems) -> problems.add("the disk of the volume " + volume.name()
                        + " has been cut short: it has " + mebibytes + " MiB of " + volume.sizeMib());
            }
            return mebibytes > volume.sizeMib() ? (_, larger, _) -> larger.add(volume) : (_, _, _) -> {};
        } catch (HostException e) {
            return (_, _, problems) ->
                    problems.add("the disk of the volume " + volume.name() + " cannot be looked at: " + e.getMessage());
        }
    }

    private static List<String> sidecarsAlone(Set<String> names, Map<VolumeId, Volume> known) {
        return names.stream()
                .map(SIDECAR::matcher)
                .filter(Matcher::matches)
                .map(sidecar -> sidecar.group(1))
                .filter(id -> !known.containsKey(VolumeId.parse(id)) && !names.contains(id + VolumeDisk.SUFFIX))
                .sorted()
                .map(id -> "the sidecar " + id + VolumeDisk.SIDECAR_SUFFIX
                        + " among the volumes is in no row and has no disk; it is kept")
                .toList();
    }

    private static List<String> unfinished(Set<String> names, Map<VolumeId, Volume> known) {
        Set<String> expected = known.keySet().stream()
                .map(id -> String.valueOf(
                        PartialFile.of(Path.of(id + VolumeDisk.SUFFIX)).getFileName()))
                .collect(Collectors.toSet());
        return names.stream()
                .filter(name -> name.endsWith(".partial") && !expected.contains(name))
                .sorted()
                .map(name -> "the file " + name + " among the volumes is an unfinished copy that nobody needs")
                .toList();
    }
}
