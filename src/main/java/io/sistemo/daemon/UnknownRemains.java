package io.sistemo.daemon;

import io.sistemo.host.Files;
import io.sistemo.image.ImageTable;
import io.sistemo.machine.MachineTable;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.Database;
import io.sistemo.volume.VolumeTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Durable things in the data directory that no row knows, as after an older copy of the database was put back. They are
 * reported and never deleted. Looks only.
 */
final class UnknownRemains {
    private final Database database;
    private final DataDirectory directory;
    private final Files files;

    UnknownRemains(Database database, DataDirectory directory, Files files) {
        this.database = database;
        this.directory = directory;
        this.files = files;
    }

    /** A sentence for each. */
    List<String> find() {
        return steady(lists -> {
            List<String> unknown = new ArrayList<>(volumesIn(lists));
            unknown.addAll(othersIn(lists));
            return unknown;
        });
    }

    /** A sentence for each but the volumes, whose own inventory tells of them. */
    List<String> findBesidesVolumes() {
        return steady(this::othersIn);
    }

    /** Before the rows are read and after it: what is just being made has a row by then, what is deleted is gone. */
    private List<String> steady(Function<List<List<String>>, List<String>> search) {
        List<List<String>> before = list();
        List<String> found = search.apply(before);
        List<String> after = search.apply(list());
        return found.stream().filter(after::contains).toList();
    }

    private List<List<String>> list() {
        return List.of(
                files.list(directory.volumes()), files.list(directory.machines()), files.list(directory.images()));
    }

    private List<String> volumesIn(List<List<String>> lists) {
        Set<String> volumes =
                ids(database.read(VolumeTable::all), volume -> volume.id().toString());
        return stems(lists.get(0), "\\.(raw|json)", volumes::contains).stream()
                .map(id -> "the volume " + id + " in " + directory.volumes() + " is in no row; it is kept")
                .toList();
    }

    private List<String> othersIn(List<List<String>> lists) {
        List<String> unknown = new ArrayList<>();
        Set<String> machines =
                ids(database.read(MachineTable::all), machine -> machine.id().toString());
        stems(lists.get(1), "", machines::contains)
                .forEach(id ->
                        unknown.add("the machine " + id + " in " + directory.machines() + " is in no row; it is kept"));
        Set<String> images = ids(
                database.read(ImageTable::all),
                image -> String.valueOf(directory.image(image.digest()).getFileName()));
        lists.get(2).stream()
                .filter(name -> name.endsWith(".ext4") && !images.contains(name))
                .forEach(name ->
                        unknown.add("the image " + directory.images().resolve(name) + " is in no row; it is kept"));
        return List.copyOf(unknown);
    }

    private static <T> Set<String> ids(List<T> rows, Function<T, String> id) {
        return rows.stream().map(id).collect(Collectors.toSet());
    }

    private static Set<String> stems(List<String> names, String ending, Predicate<String> known) {
        return names.stream()
                .filter(name -> name.matches(".*" + ending))
                .map(name -> name.replaceFirst(ending + "$", ""))
                .filter(Predicate.not(known))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
